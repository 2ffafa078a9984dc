package io.tempo4j.storage.s3;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * Runs in profile {@code ceph}: what a catalog relies on, against the newest Ceph RGW in Debian,
 * whose conditional puts differ from those of {@link S3OnCeph}.
 */
final class NewestReleaseOnCeph {

  private static final AtomicInteger PREFIX = new AtomicInteger();

  private static CephCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = CephCluster.startNewest();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Nested
  final class Catalogs extends CatalogOnS3Contract {
    @Override
    S3Settings settings() {
      return cluster.settings().prefix("run/" + PREFIX.getAndIncrement()).build();
    }
  }

  @Nested
  final class Versions extends VersionedBucketContract {
    @Override
    CephCluster cluster() {
      return cluster;
    }
  }
}
