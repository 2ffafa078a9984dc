package io.tempo4j.storage.s3;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * Finds out whether a bucket keeps the promise of {@code If-None-Match: *}: of many puts that race
 * for one key exactly one succeeds.
 *
 * <p>Asks for the bucket's versioning, puts over an object that is there, and lets puts race.
 * Throws what the SDK throws if the service does not answer.
 */
final class S3ConditionProbe {

  private static final Logger LOG = System.getLogger(S3ConditionProbe.class.getName());
  private static final String FOLDER = "~probe/";
  private static final int ROUNDS = 4;
  private static final int RACERS = 8;

  private final S3Connection connection;
  private final String bucket;
  private final S3Failures failures;

  S3ConditionProbe(S3Connection connection, S3Settings settings, S3Failures failures) {
    this.connection = connection;
    this.bucket = settings.bucket();
    this.failures = failures;
  }

  /**
   * Leaves nothing behind but old versions, where there are versions.
   *
   * @param keyPrefix begins the keys of the objects that are put
   * @throws IOException if conditional puts cannot be relied on; says why and what to do
   */
  void run(String keyPrefix) throws IOException {
    requireNoVersioning();
    String key = keyPrefix + FOLDER + UUID.randomUUID();
    try {
      connection.retrying().putObject(put -> put.bucket(bucket).key(key), RequestBody.empty());
      if (putIfAbsent(connection.retrying(), key)) {
        throw new IOException(
            failures.store()
                + " ignores the condition of a put (If-None-Match);"
                + " set conditional puts to unsupported");
      }
    } finally {
      connection.retrying().deleteObject(delete -> delete.bucket(bucket).key(key));
    }
    for (int round = 0; round < ROUNDS; round++) {
      race(key + "-" + round);
    }
  }

  private void requireNoVersioning() throws IOException {
    BucketVersioningStatus status;
    try {
      status = connection.retrying().getBucketVersioning(get -> get.bucket(bucket)).status();
    } catch (SdkException e) {
      if (!S3Failures.isWithoutEffect(e) && S3Failures.status(e) != 501) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          "Cannot ask whether {0} has versioning enabled ({1}), which conditional puts must not have",
          failures.store(),
          e.getMessage());
      return;
    }
    if (status == BucketVersioningStatus.ENABLED) {
      throw new IOException(
          failures.store()
              + " has versioning enabled: conditional puts are not atomic there, two writers may"
              + " both be told that they were first; suspend versioning or take another bucket");
    }
  }

  private void race(String key) throws IOException {
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Boolean>> racers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < RACERS; i++) {
        racers.add(
            threads.submit(() -> {
              start.await();
              return putIfAbsent(connection.once(), key);
            }));
      }
      start.countDown();
    } // waits for all
    try {
      int winners = 0;
      for (Future<Boolean> racer : racers) {
        winners += racer.get() ? 1 : 0;
      }
      if (winners > 1) {
        throw new IOException(
            "in "
                + failures.store()
                + " "
                + winners
                + " of "
                + RACERS
                + " conditional puts (If-None-Match) that raced for one key were told that they"
                + " were first: commits would be lost; set conditional puts to unsupported");
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SdkException failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while trying conditional puts", e);
    } finally {
      connection.retrying().deleteObject(delete -> delete.bucket(bucket).key(key));
    }
  }

  /** Whether the put succeeded; an error that says nothing is not a success. */
  private boolean putIfAbsent(S3Client client, String key) {
    try {
      client.putObject(put -> put.bucket(bucket).key(key).ifNoneMatch("*"), RequestBody.empty());
      return true;
    } catch (SdkException e) {
      if (S3Failures.isPreconditionFailed(e) || S3Failures.isTransient(e)) {
        return false; // Ceph RGW 16 answers some losers with 500
      }
      throw e;
    }
  }
}
