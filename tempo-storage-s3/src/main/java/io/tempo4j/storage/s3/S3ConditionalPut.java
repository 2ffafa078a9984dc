package io.tempo4j.storage.s3;

import io.tempo4j.storage.CommitOutcomeUnknownException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.PreconditionFailedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Puts with {@code If-None-Match: *}.
 *
 * <p>Always in one request: Ceph RGW 16 ignores the condition when parts are completed.
 *
 * <p>Thread-safe.
 */
final class S3ConditionalPut {

  /*
   * A request whose answer was lost may have stored the object. Sending it again then gives 412 for
   * our own object, so the SDK must not repeat it. Here it is repeated with a memory: a success
   * counts, since the service checked the condition; 412 counts only if no attempt before it may have
   * had an effect, and leaves the outcome unknown otherwise.
   *
   * A service that does not know the header stores the object regardless, and others look at it but
   * let several of those win that race: Ceph RGW 20 does in buckets with versioning. Either would
   * break every commit silently, so before the first use it is tried by S3ConditionProbe.
   */

  private static final long MAX_BODY_BYTES = 5L << 30;
  private static final long FIRST_BACKOFF_MILLIS = 50;
  private static final long MAX_BACKOFF_MILLIS = 5_000;

  private final S3Connection connection;
  private final S3Settings settings;
  private final S3Failures failures;
  private final String keyPrefix;
  private final RandomGenerator jitter = new Random();
  private final ReentrantLock verifying = new ReentrantLock();
  private volatile boolean verified;

  S3ConditionalPut(
      S3Connection connection, S3Settings settings, S3Failures failures, String keyPrefix) {
    this.connection = connection;
    this.settings = settings;
    this.failures = failures;
    this.keyPrefix = keyPrefix;
  }

  void put(String key, ObjectBody body) throws IOException {
    if (body.length() > MAX_BODY_BYTES) {
      throw new IOException(
          "cannot store object '"
              + key
              + "' if absent: "
              + body.length()
              + " bytes are more than fit into one request ("
              + MAX_BODY_BYTES
              + ")");
    }
    verify();
    boolean outcomeOpen = false;
    for (int attempt = 1; ; attempt++) {
      try {
        send(keyPrefix + key, body);
        return;
      } catch (SdkException e) {
        if (S3Failures.isPreconditionFailed(e) && !outcomeOpen) {
          throw new PreconditionFailedException(key, failures.store());
        }
        outcomeOpen |= !S3Failures.isWithoutEffect(e);
        if (attempt >= settings.maxAttempts() && S3Failures.isConflict(e) && !outcomeOpen) {
          throw new PreconditionFailedException(key, failures.store());
        }
        if (attempt >= settings.maxAttempts() || !S3Failures.isTransient(e)) {
          IOException error = failures.of("store object '" + key + "' if absent", e);
          throw outcomeOpen
              ? new CommitOutcomeUnknownException(key, failures.store(), error)
              : error;
        }
      } catch (RuntimeException e) {
        IOException error = failures.ofBody(key, e);
        throw outcomeOpen ? new CommitOutcomeUnknownException(key, failures.store(), error) : error;
      }
      backOff(key, attempt, outcomeOpen);
    }
  }

  private void send(String bucketKey, ObjectBody body) {
    connection
        .once()
        .putObject(
            put -> put.bucket(settings.bucket()).key(bucketKey).ifNoneMatch("*"),
            S3Uploads.requestBody(body));
  }

  private void backOff(String key, int attempt, boolean outcomeOpen) throws IOException {
    long most = Math.min(MAX_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(attempt - 1, 10));
    try {
      Thread.sleep(most / 2 + jitter.nextLong(most / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while storing object '" + key + "' if absent");
      if (outcomeOpen) {
        throw new CommitOutcomeUnknownException(key, failures.store(), interrupted);
      }
      throw interrupted;
    }
  }

  private void verify() throws IOException {
    if (verified) {
      return;
    }
    verifying.lock();
    try {
      if (!verified) {
        new S3ConditionProbe(connection, settings, failures).run(keyPrefix);
        verified = true;
      }
    } catch (SdkException e) {
      throw failures.of("try a conditional put", e);
    } finally {
      verifying.unlock();
    }
  }
}
