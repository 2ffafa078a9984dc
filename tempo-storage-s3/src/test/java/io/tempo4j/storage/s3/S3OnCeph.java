package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectStoreContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Runs in profile {@code ceph}: the store, and what it relies on, against a real Ceph RGW. */
final class S3OnCeph {

  private static final AtomicInteger PREFIX = new AtomicInteger();

  private static CephCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = CephCluster.start();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static S3Settings.Builder settings() {
    return cluster.settings().prefix("run/" + PREFIX.getAndIncrement());
  }

  @Nested
  final class Contract extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() throws IOException {
      return S3ObjectStore.open(settings().build());
    }

    @Override
    protected int bigObjectBytes() {
      return 64 << 20;
    }
  }

  @Nested
  final class ContractWithAllChecksums extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() throws IOException {
      return S3ObjectStore.open(settings().checksums(S3Settings.Checksums.WHEN_SUPPORTED).build());
    }

    @Override
    protected int raceRounds() {
      return 5;
    }
  }

  @Nested
  final class Traces extends TracesOnS3Contract {
    @Override
    S3Settings settings() {
      return S3OnCeph.settings().build();
    }
  }

  @Nested
  final class ColdReads extends ColdReadsOnS3Contract {
    @Override
    S3Settings settings() {
      return S3OnCeph.settings().build();
    }

    @Override
    int blocks() {
      return 10;
    }

    @Override
    int traces() {
      return 1_500;
    }
  }

  @Nested
  final class Catalogs extends CatalogOnS3Contract {
    @Override
    S3Settings settings() {
      return S3OnCeph.settings().build();
    }
  }

  @Nested
  final class Versions extends VersionedBucketContract {
    @Override
    CephCluster cluster() {
      return cluster;
    }
  }

  @Test
  void wrongSettingsAreExplained() {
    refused(settings().credentials(CephCluster.ACCESS_KEY, "wrong"), "check the secret key");
    refused(settings().credentials("unknown", "wrong"), "does not know the access key");
    refused(
        S3Settings.builder("no-such-bucket")
            .endpoint(cluster.endpoint())
            .credentials(CephCluster.ACCESS_KEY, CephCluster.SECRET_KEY),
        "there is no bucket 'no-such-bucket'");
  }

  private static void refused(S3Settings.Builder settings, String advice) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> S3ObjectStore.open(settings.build()))
        .withMessageContaining(advice);
  }

  @Test
  void aBucketThatWasRemovedIsNotTakenForMissingObjects() throws IOException {
    try (S3Connection direct = S3Connection.open(cluster.settings().build())) {
      direct.retrying().createBucket(create -> create.bucket("soon-gone"));
      S3Settings settings =
          S3Settings.builder("soon-gone")
              .endpoint(cluster.endpoint())
              .credentials(CephCluster.ACCESS_KEY, CephCluster.SECRET_KEY)
              .build();
      try (ObjectStore store = S3ObjectStore.open(settings)) {
        assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.size("k"));
        direct.retrying().deleteBucket(delete -> delete.bucket("soon-gone"));
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> store.get("k"))
            .isNotInstanceOf(NoSuchObjectException.class)
            .withMessageContaining("there is no bucket 'soon-gone'");
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> store.size("k"))
            .isNotInstanceOf(NoSuchObjectException.class);
      }
    }
  }

  @Test
  void aStoreOutlivesARestartOfTheGateway() throws Exception {
    S3Settings settings = settings().maxAttempts(2).connectTimeout(Duration.ofSeconds(1)).build();
    try (ObjectStore store = S3ObjectStore.open(settings)) {
      store.put("k", text("before"));
      cluster.killGateway();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store.get("k"))
          .isNotInstanceOf(NoSuchObjectException.class)
          .withMessageContaining(cluster.endpoint().toString());
      cluster.restart();
      assertThat(store.get("k")).asString().isEqualTo("before");
      store.put("k", text("after"));
      assertThat(store.get("k")).asString().isEqualTo("after");
    }
  }

  /** Why a store with an endpoint sends no chunks. */
  @Test
  void thisServiceRefusesWhatTheSdkSendsByDefault() {
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(cluster.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(CephCluster.ACCESS_KEY, CephCluster.SECRET_KEY)))
            .build()) {
      assertThatExceptionOfType(S3Exception.class)
          .isThrownBy(() ->
              client.putObject(
                  put -> put.bucket(CephCluster.BUCKET).key("chunked"),
                  RequestBody.fromString("x")))
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400))
          .satisfies(e -> assertThat(S3Failures.code(e)).isEqualTo("XAmzContentSHA256Mismatch"));
    }
  }

  /** Why conditional puts go out in one request, and why nothing here compares entity tags. */
  @Test
  void thisServiceIgnoresTheConditionOfACompletionAndMisreadsQuotedTags() throws IOException {
    try (S3Connection direct = S3Connection.open(cluster.settings().build())) {
      S3Client client = direct.retrying();
      String key = "conditions/k";
      String tag =
          client
              .putObject(
                  put -> put.bucket(CephCluster.BUCKET).key(key), RequestBody.fromString("old"))
              .eTag();
      assertThatExceptionOfType(S3Exception.class)
          .isThrownBy(() ->
              client.putObject(
                  put -> put.bucket(CephCluster.BUCKET).key(key).ifMatch(tag),
                  RequestBody.fromString("new")))
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(412));

      String upload =
          client
              .createMultipartUpload(create -> create.bucket(CephCluster.BUCKET).key(key))
              .uploadId();
      String part =
          client
              .uploadPart(
                  put -> put.bucket(CephCluster.BUCKET).key(key).uploadId(upload).partNumber(1),
                  RequestBody.fromString("replaced"))
              .eTag();
      client.completeMultipartUpload(complete ->
          complete
              .bucket(CephCluster.BUCKET)
              .key(key)
              .uploadId(upload)
              .ifNoneMatch("*")
              .multipartUpload(parts -> parts.parts(p -> p.partNumber(1).eTag(part))));
      try (ObjectStore store = S3ObjectStore.open(cluster.settings().build())) {
        assertThat(store.get(key)).asString().isEqualTo("replaced");
      }
    }
  }

  private static ObjectBody text(String text) {
    return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
