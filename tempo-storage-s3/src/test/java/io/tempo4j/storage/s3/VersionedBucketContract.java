package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** What a real gateway does with conditional puts where it keeps versions. */
abstract class VersionedBucketContract {

  private static final String BUCKET = "with-versions";

  abstract CephCluster cluster();

  @Test
  void aBucketWithVersioningIsRefusedUntilItIsSuspended() throws IOException {
    S3Settings settings =
        S3Settings.builder(BUCKET)
            .endpoint(cluster().endpoint())
            .credentials(CephCluster.ACCESS_KEY, CephCluster.SECRET_KEY)
            .build();
    try (S3Connection direct = S3Connection.open(settings)) {
      direct.retrying().createBucket(create -> create.bucket(BUCKET));
      version(direct, BucketVersioningStatus.ENABLED);
      try (ObjectStore store = S3ObjectStore.open(settings)) {
        for (String key : List.of("a", "b")) {
          assertThatExceptionOfType(IOException.class)
              .isThrownBy(() -> store.putIfAbsent(key, ObjectBody.of(new byte[1])))
              .withMessageContaining("versioning enabled")
              .withMessageContaining("not atomic");
        }
        version(direct, BucketVersioningStatus.SUSPENDED);
        store.putIfAbsent("a", ObjectBody.of(new byte[1]));
        assertThat(store.get("a")).hasSize(1);
      }
    }
  }

  private static void version(S3Connection direct, BucketVersioningStatus status) {
    direct
        .retrying()
        .putBucketVersioning(put ->
            put.bucket(BUCKET).versioningConfiguration(versioning -> versioning.status(status)));
  }
}
