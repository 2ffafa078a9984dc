package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tempo4j.storage.CommitOutcomeUnknownException;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.PreconditionFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the store makes of answers that are lost on the way. */
final class S3FaultsTest {

  private static S3ProxyServer server;

  private LossyTcpProxy network;
  private S3ObjectStore store;

  @BeforeAll
  static void start() throws Exception {
    server = new S3ProxyServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws IOException {
    network = new LossyTcpProxy(server.port());
    store = open(3);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    network.close();
  }

  private S3ObjectStore open(int maxAttempts) throws IOException {
    return S3ObjectStore.open(
        S3ProxyServer.settings(network.endpoint())
            .prefix("t" + System.nanoTime())
            .maxAttempts(maxAttempts)
            .retryBackoff(Duration.ofMillis(1), Duration.ofMillis(4))
            .attemptTimeout(Duration.ofSeconds(20))
            .build());
  }

  private void loseAnswers(String method, String keyPart, int passedBytes, int times) {
    network.loseAnswers(
        line -> line.startsWith(method + " ") && line.contains(keyPart), passedBytes, times);
  }

  @Test
  void aPutWhoseAnswerIsLostIsRepeated() throws IOException {
    loseAnswers("PUT", "/k", 0, 1);
    store.put("k", text("x"));
    assertThat(store.get("k")).asString().isEqualTo("x");
  }

  @Test
  void aPutThatStaysWithoutAnswerNamesKeyAndEndpoint() throws IOException {
    loseAnswers("PUT", "/k", 0, 99);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.put("k", text("x")))
        .withMessageContaining("cannot store object 'k'")
        .withMessageContaining(network.endpoint().toString());
  }

  @Test
  void aGetThatBreaksOffIsRepeated() throws IOException {
    byte[] bytes = new byte[50_000];
    new Random(1).nextBytes(bytes);
    store.put("k", ObjectBody.of(bytes));
    loseAnswers("GET", "/k", 5_000, 1);
    assertThat(store.get("k")).isEqualTo(bytes);
    loseAnswers("GET", "/k", 5_000, 1);
    byte[] range = new byte[40_000];
    store.read("k", 1_000, range, 0, range.length);
    assertThat(range).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 41_000));
  }

  @Test
  void aGetThatAlwaysBreaksOffIsAnError() throws IOException {
    store.put("k", ObjectBody.of(new byte[50_000]));
    loseAnswers("GET", "/k", 5_000, 99);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.get("k"))
        .withMessageContaining("cannot read object 'k'");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.read("k", 10, new byte[40_000], 0, 40_000));
  }

  @ParameterizedTest
  @CsvSource({"500, InternalError", "503, SlowDown", "503, ServiceUnavailable"})
  void aRequestThatIsRefusedForNowIsSentAgainAsOftenAsTheSettingsSay(int status, String code)
      throws IOException {
    store.put("k", text("x"));
    int before = network.requestCount();
    network.refuse(line -> line.startsWith("GET ") && line.contains("/k"), status, code, 2);
    assertThat(store.get("k")).asString().isEqualTo("x");
    assertThat(network.requestCount() - before).isEqualTo(3);

    network.refuse(line -> line.startsWith("GET ") && line.contains("/k"), status, code, 99);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.get("k"))
        .withMessageContaining("cannot read object 'k'");
    assertThat(network.requestCount() - before).isEqualTo(6);
  }

  /** Whatever went wrong; a service that asks for less is meant, too. */
  @Test
  void waitsBetweenAttemptsDoubleUpToTheLongest() {
    RetryStrategy strategy =
        S3Connection.retries(
            S3ProxyServer.settings(network.endpoint())
                .maxAttempts(7)
                .retryBackoff(Duration.ofMillis(20), Duration.ofMillis(50))
                .build());
    for (Throwable failure :
        List.of(
            refusal(500, "InternalError"),
            refusal(503, "SlowDown"),
            SdkClientException.create("reset", new IOException("connection reset")))) {
      Duration longest = Duration.ZERO;
      for (int round = 0; round < 3; round++) {
        RetryToken token =
            strategy.acquireInitialToken(AcquireInitialTokenRequest.create("test")).token();
        for (int most : new int[] {20, 40, 50, 50, 50, 50}) {
          RefreshRetryTokenResponse next =
              strategy.refreshRetryToken(
                  RefreshRetryTokenRequest.builder().token(token).failure(failure).build());
          assertThat(next.delay()).as("%s", failure).isLessThanOrEqualTo(Duration.ofMillis(most));
          longest = longest.compareTo(next.delay()) < 0 ? next.delay() : longest;
          token = next.token();
        }
        RetryToken last = token;
        assertThatExceptionOfType(TokenAcquisitionFailedException.class)
            .isThrownBy(() ->
                strategy.refreshRetryToken(
                    RefreshRetryTokenRequest.builder().token(last).failure(failure).build()));
      }
      assertThat(longest).as("%s", failure).isPositive();
    }
  }

  private static AwsServiceException refusal(int status, String code) {
    return S3Exception.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .build();
  }

  @Test
  void aConditionalPutWhoseAnswerIsLostIsNeverTakenForALostRace() throws IOException {
    store.putIfAbsent("first", text("x"));
    loseAnswers("PUT", "/k", 0, 1);
    assertThatExceptionOfType(CommitOutcomeUnknownException.class)
        .isThrownBy(() -> store.putIfAbsent("k", text("mine")))
        .withMessageContaining("'k'");
    assertThat(store.get("k")).asString().isEqualTo("mine");
  }

  @Test
  void aConditionalPutThatNeverHasAnAnswerIsUnknown() throws IOException {
    store.putIfAbsent("first", text("x"));
    loseAnswers("PUT", "/k", 0, 99);
    assertThatExceptionOfType(CommitOutcomeUnknownException.class)
        .isThrownBy(() -> store.putIfAbsent("k", text("mine")));
  }

  @Test
  void aConditionalPutThatNobodyReceivedHasFailed() throws IOException {
    store.putIfAbsent("first", text("x"));
    network.close();
    // Uses up the connections that are still open: a request on one of those may have an effect.
    String failure = "";
    for (int i = 0; i < 100 && !failure.contains("nothing answers"); i++) {
      failure = String.valueOf(catchThrowable(() -> store.size("first")).getMessage());
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.putIfAbsent("k", text("x")))
        .isNotInstanceOf(CommitOutcomeUnknownException.class)
        .withMessageContaining("nothing answers at endpoint " + network.endpoint());
  }

  @Test
  void theFirstConditionalPutTriesTheConditionAndCleansUp() throws IOException {
    int before = network.requestCount();
    store.putIfAbsent("k", text("x"));
    // versioning, a put over another one, four races of eight, and what removes them again
    int probe = 1 + 3 + 4 * (8 + 1);
    assertThat(network.requestCount() - before).isEqualTo(probe + 1);
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store.putIfAbsent("k", text("y")));
    assertThat(network.requestCount() - before).isEqualTo(probe + 2);
    assertThat(bucketKeys()).hasSize(1);
  }

  @Test
  void aFailedUploadInPartsIsAborted() throws Exception {
    ObjectBody big = ObjectBody.of(new byte[(int) (3 * S3Settings.MIN_PART_SIZE_BYTES)]);
    network.loseAnswers(line -> line.contains("partNumber=2"), 0, 99);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.put("big", big))
        .withMessageContaining("cannot store object 'big'");
    assertThat(openUploads()).isEmpty();
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.size("big"));

    network.loseAnswers(line -> line.contains("partNumber=2"), 0, 1);
    store.put("big", big);
    assertThat(store.size("big")).isEqualTo(big.length());
    assertThat(openUploads()).isEmpty();
  }

  @Test
  void anInterruptedUploadInPartsIsAbortedAndKeepsTheInterrupt() throws Exception {
    ObjectBody big = ObjectBody.of(new byte[(int) (2 * S3Settings.MIN_PART_SIZE_BYTES)]);
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(InterruptedIOException.class)
          .isThrownBy(() -> store.put("big", big));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(openUploads()).isEmpty();
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.get("big"));
  }

  private List<MultipartUpload> openUploads() {
    try (S3Connection direct = S3Connection.open(server.settings().build())) {
      return direct
          .retrying()
          .listMultipartUploads(list -> list.bucket(S3ProxyServer.BUCKET))
          .uploads();
    }
  }

  private List<String> bucketKeys() {
    String prefix = store.toString().replaceAll("s3://[^/]*/([^ ]*) .*", "$1");
    try (S3Connection direct = S3Connection.open(server.settings().build())) {
      return direct
          .retrying()
          .listObjectsV2(list -> list.bucket(S3ProxyServer.BUCKET).prefix(prefix))
          .contents()
          .stream()
          .map(object -> object.key())
          .toList();
    }
  }

  private static ObjectBody text(String text) {
    return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
