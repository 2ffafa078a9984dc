package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.model.TraceId;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A whole server whose blocks rest in a bucket of a service in this process. */
class ServerOnS3Test {

  private static final String ACCESS_KEY = "access";
  private static final String SECRET_KEY = "secret";

  private static S3Proxy service;
  private static HttpClient client;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    service =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
    service.start();
    try (S3Client s3 =
        S3Client.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + service.getPort()))
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
            .build()) {
      s3.createBucket(create -> create.bucket("traces"));
    }
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    service.stop();
  }

  private static TempoConfig config(Path wal, String bucket, int port) throws ConfigException {
    return ConfigLoader.parse("test.yaml", text(wal, bucket, port)).config();
  }

  private static String text(Path wal, String bucket, int port) {
    return """
    server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
    distributor: {receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}}
    storage:
      trace:
        backend: s3
        wal: {path: '%s'}
        s3:
          bucket: %s
          endpoint: 127.0.0.1:%d
          insecure: true
          access_key: %s
          secret_key: %s
          prefix: production
    """
        .formatted(wal, bucket, port, ACCESS_KEY, SECRET_KEY);
  }

  @Test
  void spansAreFoundInTheBucketByAServerOfAnotherMachine() throws Exception {
    TraceId traceId = new TraceId(8, 9);
    try (TempoServer server =
        TempoServer.start(config(folder.resolve("a"), "traces", service.getPort()))) {
      HttpResponse<Void> sent =
          client.send(
              HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                  .header("Content-Type", "application/x-protobuf")
                  .POST(
                      HttpRequest.BodyPublishers.ofByteArray(
                          Spans.request(Spans.span(traceId, 1, 0)).toByteArray()))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(sent.statusCode()).isEqualTo(200);
    }

    try (TempoServer server =
        TempoServer.start(config(folder.resolve("b"), "traces", service.getPort()))) {
      for (String path : new String[] {"/api/traces/" + traceId.toHex(), "/api/search?q=%7B%7D"}) {
        HttpResponse<String> found =
            client.send(
                HttpRequest.newBuilder(server.httpUrl().resolve(path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body()).contains("span 1");
      }
    }
  }

  @Test
  void whatWasReadOfTheBucketIsReadFromDiskAfterARestart() throws Exception {
    Path own = folder.resolve("restarted");
    TraceId traceId = new TraceId(10, 11);
    try (TempoServer server =
        TempoServer.start(config(own.resolve("wal"), "traces", service.getPort()))) {
      client.send(
          HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
              .header("Content-Type", "application/x-protobuf")
              .POST(
                  HttpRequest.BodyPublishers.ofByteArray(
                      Spans.request(
                              Spans.span(traceId, 1, 0)
                                  .addAttributes(Spans.text("user.id", "restarted")))
                          .toByteArray()))
              .build(),
          HttpResponse.BodyHandlers.discarding());
    }
    String query = "/api/search?explain=true&q=%7Bspan.user.id%3D%22restarted%22%7D";
    for (int start = 0; start < 2; start++) {
      try (TempoServer server =
          TempoServer.start(config(own.resolve("wal"), "traces", service.getPort()))) {
        List<Double> first = explainedReads(get(server, query));
        assertThat(first.get(READS)).isEqualTo(1);
        assertThat(first.get(BYTES)).isGreaterThan(100);
        assertThat(first.get(FROM_DISK)).isEqualTo(start);
        assertThat(first.get(JOINED)).isGreaterThan(3);
        assertThat(first.get(CACHED_FILTERS)).as("read at the start").isGreaterThan(0);
        if (start == 0) {
          assertThat(first.get(WAITED)).isGreaterThan(0); // a disk may take less than is shown
        }
        List<Double> second = explainedReads(get(server, query));
        assertThat(second.get(READS)).isZero();
        assertThat(second.get(CACHED_COLUMNS)).isGreaterThan(3);

        Map<String, Double> metrics = metrics(get(server, "/metrics"));
        List<String> planned =
            List.of(
                "reads",
                "read_bytes",
                "reads_from_disk",
                "joined",
                "cached_columns",
                "cached_filters");
        for (int i = 0; i < planned.size(); i++) {
          assertThat(metrics.get("tempodb_planned_" + planned.get(i) + "_total"))
              .as(planned.get(i))
              .isEqualTo(first.get(i) + second.get(i));
        }
        assertThat(metrics.get("tempodb_planned_read_wait_seconds_total")).isGreaterThan(0);
        assertThat(metrics.get("tempodb_disk_cache_misses_total") > 0).isEqualTo(start == 0);
        assertThat(metrics.get("tempodb_disk_cache_bytes")).isGreaterThan(0);
        assertThat(
                metrics.get(
                    "tempodb_backend_request_duration_seconds_count"
                        + "{operation=\"GET\",status_code=\"200\"}"))
            .as("metas, and what the disk does not have")
            .isGreaterThan(0);
        assertThat(metrics.get("tempodb_backend_bytes_total{operation=\"GET\"}")).isGreaterThan(0);
      }
    }
  }

  private static final int READS = 0;
  private static final int BYTES = 1;
  private static final int FROM_DISK = 2;
  private static final int JOINED = 3;
  private static final int CACHED_COLUMNS = 4;
  private static final int CACHED_FILTERS = 5;
  private static final int WAITED = 6;

  /** The numbers of an explanation; none of them if there is no word of the object store. */
  private static List<Double> explainedReads(String answer) {
    Matcher line =
        Pattern.compile(
                "object store: (\\d+) reads of (\\d+) bytes, (\\d+) of them from disk, joined from"
                    + " (\\d+) chunks and filters; (\\d+) columns and (\\d+) filters were cached;"
                    + " waited ([0-9.]+) ms")
            .matcher(answer);
    assertThat(line.find()).as(answer).isTrue();
    return IntStream.rangeClosed(1, line.groupCount())
        .mapToObj(i -> Double.valueOf(line.group(i)))
        .toList();
  }

  private static Map<String, Double> metrics(String page) {
    Map<String, Double> values = new HashMap<>();
    for (String line : page.split("\n")) {
      if (!line.startsWith("#")) {
        int blank = line.lastIndexOf(' ');
        values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
      }
    }
    return values;
  }

  private static String get(TempoServer server, String path) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(server.httpUrl().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void aWrongBucketIsNamedAtTheStart() throws Exception {
    TempoConfig wrongBucket = config(folder, "no-such-bucket", service.getPort());
    assertThatThrownBy(() -> TempoServer.start(wrongBucket))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("there is no bucket 'no-such-bucket'");
  }

  @Test
  void startsWithoutTheStoreAndSaysSo() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    servesWhatIsLocal(closedPort, "nothing answers at endpoint http://127.0.0.1:" + closedPort);
  }

  @Test
  void startsWithAStoreThatHangsAndSaysSo() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      servesWhatIsLocal(
          silent.getLocalPort(),
          "no answer in time from endpoint http://127.0.0.1:" + silent.getLocalPort());
    }
  }

  private void servesWhatIsLocal(int port, String reason) throws Exception {
    String traceId = "00000000000000070000000000000007";
    TempoConfig away =
        ConfigLoader.parse(
                "test.yaml",
                text(folder, "traces", port)
                    .replace("server: {", "server: {graceful_shutdown_timeout: 1s, ")
                    .replace("s3:\n", "s3:\n      retry_max_attempts: 1\n"))
            .config();
    try (TempoServer server = TempoServer.start(away)) {
      HttpResponse<Void> sent =
          client.send(
              HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                  .header("Content-Type", "application/x-protobuf")
                  .POST(
                      HttpRequest.BodyPublishers.ofByteArray(
                          Spans.request(Spans.span(TraceId.parse(traceId), 1, 0)).toByteArray()))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(sent.statusCode()).isEqualTo(200);
      assertThat(get(server, "/ready"))
          .startsWith("ready\n")
          .contains("The object store is away, recent spans are served: ")
          .contains(reason);
      assertThat(get(server, "/api/traces/" + traceId)).contains("span 1");
    } catch (IOException e) {
      // what is local was not uploaded: the next start has it
      assertThat(e.getSuppressed()[0]).hasMessageMatching(".*(kept in local files|in time).*");
    }
    try (TempoServer server = TempoServer.start(config(folder, "traces", service.getPort()))) {
      assertThat(get(server, "/ready")).isEqualTo("ready\n");
      assertThat(get(server, "/api/traces/" + traceId)).contains("span 1");
    }
  }
}
