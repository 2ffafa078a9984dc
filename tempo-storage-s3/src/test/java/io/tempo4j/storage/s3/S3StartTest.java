package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.PreconditionFailedException;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** What somebody reads whose settings are wrong. */
final class S3StartTest {

  private static S3ProxyServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3ProxyServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static void refused(S3Settings.Builder settings, String... parts) {
    S3Settings built = settings.maxAttempts(1).connectTimeout(Duration.ofSeconds(2)).build();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> S3ObjectStore.open(built))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts))
        .withMessageContaining("cannot ")
        .withMessageContaining("s3://" + built.bucket())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(S3ProxyServer.SECRET_KEY));
  }

  @Test
  void aWrongBucketIsNamed() {
    refused(
        S3Settings.builder("no-such-bucket")
            .endpoint(server.endpoint())
            .credentials(S3ProxyServer.ACCESS_KEY, S3ProxyServer.SECRET_KEY),
        "there is no bucket 'no-such-bucket'",
        "check its name");
  }

  @Test
  void aWrongAccessKeyIsToldFromAWrongSecret() {
    refused(
        server.settings().credentials("unknown", S3ProxyServer.SECRET_KEY),
        "InvalidAccessKeyId",
        "check it");
    refused(
        server.settings().credentials(S3ProxyServer.ACCESS_KEY, "wrong"),
        "SignatureDoesNotMatch",
        "check the secret key");
  }

  @Test
  void aServiceThatHangsUpIsAway() throws IOException {
    try (ServerSocket hangingUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            while (!hangingUp.isClosed()) {
              try {
                hangingUp.accept().close();
              } catch (IOException e) {
                return; // the test is over
              }
            }
          });
      URI endpoint = URI.create("http://127.0.0.1:" + hangingUp.getLocalPort());
      S3Settings built = S3ProxyServer.settings(endpoint).maxAttempts(1).build();
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> S3ObjectStore.open(built));
    }
  }

  @Test
  void anEndpointWithoutServiceIsNamed() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freePort = socket.getLocalPort();
    }
    URI endpoint = URI.create("http://127.0.0.1:" + freePort);
    refused(S3ProxyServer.settings(endpoint), "nothing answers at endpoint " + endpoint, "port");
  }

  @Test
  void anUnknownHostIsNamed() {
    URI endpoint = URI.create("http://no-such-host.invalid:7480");
    refused(S3ProxyServer.settings(endpoint), "endpoint " + endpoint + " is not known");
  }

  @Test
  void tlsWithAServiceWithoutItIsExplained() {
    URI endpoint = URI.create("https://127.0.0.1:" + server.port());
    refused(S3ProxyServer.settings(endpoint), "no TLS connection", "whether it wants http");
  }

  @Test
  void aServiceThatDoesNotSpeakS3IsExplained() throws IOException {
    try (FakeService fake = new FakeService(404, "<html>not found</html>")) {
      refused(
          S3ProxyServer.settings(fake.endpoint()), "not how S3 answers", "check that the endpoint");
    }
  }

  @Test
  void aServiceThatDoesNotAnswerIsExplained() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      refused(
          S3ProxyServer.settings(endpoint).attemptTimeout(Duration.ofMillis(200)),
          "no answer in time from endpoint " + endpoint);
    }
  }

  @Test
  void openingDoesNotWaitForAServiceThatHangs() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      S3Settings built =
          S3ProxyServer.settings(endpoint)
              .attemptTimeout(Duration.ofHours(1))
              .callTimeout(Duration.ofHours(1))
              .openTimeout(Duration.ofMillis(200))
              .build();
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> S3ObjectStore.open(built))
          .withMessageContaining("no answer in time from endpoint " + endpoint);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void aRefusalForTheClockIsExplained() throws IOException {
    try (FakeService fake = new FakeService(403, error("RequestTimeTooSkewed"))) {
      refused(S3ProxyServer.settings(fake.endpoint()), "RequestTimeTooSkewed", "clock");
    }
  }

  @Test
  void aClockThatIsFarOffIsNoticedEvenIfTheServiceAnswers() throws IOException {
    S3Settings settings = server.settings().build();
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-61));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> S3ObjectStore.open(settings, behind))
        .withMessageMatching(".*clock is 6[01] minutes behind the service's; set the clock");
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(20));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> S3ObjectStore.open(settings, ahead))
        .withMessageContaining("minutes ahead of");
    S3ObjectStore.open(settings, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(10))).close();
  }

  @Test
  void refusalsOfOtherKindsAreExplained() throws IOException {
    String[][] codes = {
      {"AccessDenied", "no right"},
      {"PermanentRedirect", "another region"},
      {"ExpiredToken", "session token has expired"},
      {"XAmzContentSHA256Mismatch", "when_required"},
      {"SlowDown", "overloaded"},
      {"SomethingElse", "text of SomethingElse"}
    };
    for (String[] code : codes) {
      try (FakeService fake = new FakeService(400, error(code[0]))) {
        refused(S3ProxyServer.settings(fake.endpoint()), code[0], code[1]);
      }
    }
  }

  @Test
  void aServiceThatIgnoresTheConditionOfPutsIsFoundOutBeforeTheFirstOne() throws IOException {
    String listing =
        "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>";
    try (FakeService fake = new FakeService(200, listing);
        ObjectStore store = S3ObjectStore.open(S3ProxyServer.settings(fake.endpoint()).build())) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store.putIfAbsent("k", ObjectBody.of(new byte[1])))
          .withMessageContaining("ignores the condition")
          .withMessageContaining("unsupported");
    }
  }

  private static void conditionalPutIsRefused(HttpHandler service, String... why)
      throws IOException {
    try (FakeService fake = new FakeService(service);
        S3ObjectStore store =
            S3ObjectStore.unchecked(S3ProxyServer.settings(fake.endpoint()).build())) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store.putIfAbsent("k", ObjectBody.of(new byte[1])))
          .satisfies(e -> assertThat(e.getMessage()).contains(why));
    }
  }

  @Test
  void aBucketWithVersioningIsRefusedBeforeTheFirstConditionalPut() throws IOException {
    String enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    conditionalPutIsRefused(
        exchange -> answer(exchange, 200, enabled),
        "has versioning enabled",
        "not atomic",
        "suspend versioning");
  }

  /** The condition is looked at, as in {@code aBucketWithVersioning…}, but several win a race. */
  @Test
  void aServiceThatTellsSeveralThatTheyWonIsRefused() throws IOException {
    Set<String> there = ConcurrentHashMap.newKeySet();
    conditionalPutIsRefused(
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          boolean isPut = exchange.getRequestMethod().equals("PUT");
          if (!exchange.getRequestHeaders().containsKey("If-None-Match")) {
            if (isPut) {
              there.add(path);
            }
            answer(exchange, 200, "<VersioningConfiguration/>");
          } else if (there.contains(path)) {
            answer(exchange, 412, error("PreconditionFailed"));
          } else {
            answer(exchange, 200, "");
          }
        },
        "8 of 8 conditional puts",
        "commits would be lost");
  }

  @Test
  void aServiceThatDoesNotSayWhetherItHasVersionsIsTried() throws IOException {
    Set<String> there = ConcurrentHashMap.newKeySet();
    try (FakeService fake =
            new FakeService(exchange -> {
              boolean isPut = exchange.getRequestMethod().equals("PUT");
              if (exchange.getRequestMethod().equals("GET")) {
                answer(exchange, 501, error("NotImplemented"));
              } else if (!isPut || there.add(exchange.getRequestURI().getPath())) {
                answer(exchange, 200, "");
              } else {
                answer(exchange, 412, error("PreconditionFailed"));
              }
            });
        S3ObjectStore store =
            S3ObjectStore.unchecked(
                S3ProxyServer.settings(fake.endpoint()).maxAttempts(1).build())) {
      store.putIfAbsent("k", ObjectBody.of(new byte[1]));
      assertThatExceptionOfType(PreconditionFailedException.class)
          .isThrownBy(() -> store.putIfAbsent("k", ObjectBody.of(new byte[1])));
    }
  }

  @Test
  void aConflictThatStaysIsALostRace() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    try (FakeService fake =
            new FakeService(exchange -> {
              String path = exchange.getRequestURI().getPath();
              boolean isProbe = path.contains("probe");
              boolean isConditional = exchange.getRequestHeaders().containsKey("If-None-Match");
              if (!isConditional) {
                answer(exchange, 200, "<VersioningConfiguration/>");
              } else if (isProbe) {
                answer(exchange, 412, error("PreconditionFailed"));
              } else {
                puts.incrementAndGet();
                answer(exchange, 409, error("ConcurrentModification"));
              }
            });
        S3ObjectStore store =
            S3ObjectStore.unchecked(
                S3ProxyServer.settings(fake.endpoint()).maxAttempts(2).build())) {
      assertThatExceptionOfType(PreconditionFailedException.class)
          .isThrownBy(() -> store.putIfAbsent("k", ObjectBody.of(new byte[1])));
      assertThat(puts).hasValue(2);
    }
  }

  @Test
  void aListThatCannotBeContinuedIsAnErrorAndForeignKeysInItAreSkipped() throws IOException {
    String entry =
        "<Contents><Key>%s</Key><Size>1</Size>"
            + "<LastModified>2026-11-22T12:00:00.000Z</LastModified></Contents>";
    String listing = "<ListBucketResult><IsTruncated>%s</IsTruncated>%s</ListBucketResult>";
    String entries =
        entry.formatted("elsewhere") + entry.formatted("p/~x") + entry.formatted("p/k");
    try (FakeService fake = new FakeService(200, listing.formatted("false", entries));
        ObjectStore store =
            S3ObjectStore.open(S3ProxyServer.settings(fake.endpoint()).prefix("p").build())) {
      assertThat(store.list(ListRequest.all("")).objects())
          .extracting(object -> object.key())
          .containsExactly("k");
    }
    try (FakeService fake = new FakeService(200, listing.formatted("true", entries));
        ObjectStore store =
            S3ObjectStore.open(S3ProxyServer.settings(fake.endpoint()).prefix("p").build())) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store.list(ListRequest.all("")))
          .withMessageContaining("there is more");
    }
  }

  @Test
  void conditionalPutsCanBeSwitchedOff() throws IOException {
    S3Settings settings =
        server.settings().conditionalPuts(S3Settings.ConditionalPuts.UNSUPPORTED).build();
    try (ObjectStore store = S3ObjectStore.open(settings)) {
      assertThat(store.supportsConditionalPut()).isFalse();
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> store.putIfAbsent("k", ObjectBody.of(new byte[1])));
    }
  }

  @Test
  void credentialsOfTheEnvironmentAreUsed() throws IOException {
    S3Settings settings =
        server.settings().credentials(new S3Credentials.FromEnvironment()).build();
    System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_KEY);
    try (ObjectStore store = S3ObjectStore.open(settings)) {
      assertThat(store.list(ListRequest.all("nothing")).objects()).isEmpty();
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void prefixesKeepStoresApartAndForeignObjectsAreNotListed() throws IOException {
    try (ObjectStore whole = S3ObjectStore.open(server.settings().build());
        ObjectStore a = S3ObjectStore.open(server.settings().prefix("/apart/a/").build());
        S3Connection direct = S3Connection.open(server.settings().build())) {
      a.put("k", ObjectBody.of(new byte[1]));
      whole.put("apart/ab/k", ObjectBody.of(new byte[2]));
      direct
          .retrying()
          .putObject(
              put -> put.bucket(S3ProxyServer.BUCKET).key("apart/a/folder/"), RequestBody.empty());
      assertThat(whole.get("apart/a/k")).hasSize(1);
      assertThat(a.list(ListRequest.all("")).objects())
          .extracting(o -> o.key())
          .containsExactly("k");
    }
  }

  @Test
  void settingsSayWhatIsWrong() {
    URI endpoint = server.endpoint();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("").build())
        .withMessageContaining("bucket");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").endpoint(URI.create("127.0.0.1/x")).build())
        .withMessageContaining("endpoint must be a URL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").endpoint(URI.create("ftp://x")).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").prefix("a//b").build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").prefix("a/".repeat(128) + "b").build())
        .withMessageContaining("257 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").partSizeBytes(1 << 20).build())
        .withMessageContaining("5 MiB");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").maxAttempts(0).build())
        .withMessageContaining("attempts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Settings.builder("b").credentials("key", " "));
    S3Settings custom = S3Settings.builder("b").endpoint(endpoint).build();
    assertThat(custom.region()).contains("us-east-1");
    assertThat(custom.addressing()).isEqualTo(S3Settings.Addressing.PATH);
    assertThat(custom.checksums()).isEqualTo(S3Settings.Checksums.WHEN_REQUIRED);
    S3Settings aws = S3Settings.builder("b").build();
    assertThat(aws.region()).isEmpty();
    assertThat(aws.addressing()).isEqualTo(S3Settings.Addressing.VIRTUAL_HOST);
    assertThat(aws.checksums()).isEqualTo(S3Settings.Checksums.WHEN_SUPPORTED);
    assertThat(new S3Credentials.Static("key", "secret", Optional.of("token")).toString())
        .doesNotContain("secret", "token");
  }

  private static String error(String code) {
    return "<Error><Code>" + code + "</Code><Message>text of " + code + "</Message></Error>";
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static final class FakeService implements AutoCloseable {
    private final HttpServer http;

    /** Answers every request in the same way. */
    FakeService(int status, String body) throws IOException {
      this(exchange -> answer(exchange, status, body));
    }

    FakeService(HttpHandler handler) throws IOException {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext("/", handler);
      http.start();
    }

    URI endpoint() {
      return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }
}
