package io.tempo4j.storage.s3;

import io.tempo4j.storage.ObjectBody;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Sends bodies: small ones in one request, large ones in parts that become visible together.
 *
 * @param client sends requests again that failed
 * @param settings the bucket, and how large parts are
 */
record S3Uploads(S3Client client, S3Settings settings) {

  private static final System.Logger LOG = System.getLogger(S3Uploads.class.getName());

  private static final String CONTENT_TYPE = "application/octet-stream";

  /** The most parts that the protocol allows. */
  private static final int MAX_PARTS = 10_000;

  void put(String bucketKey, ObjectBody body) throws IOException {
    if (body.length() <= settings.partSizeBytes()) {
      client.putObject(
          put -> put.bucket(settings.bucket()).key(bucketKey).contentType(CONTENT_TYPE),
          requestBody(body));
    } else {
      putInParts(bucketKey, body);
    }
  }

  /** The body as the SDK wants it: it may open the content several times, to sign and to repeat. */
  static RequestBody requestBody(ObjectBody body) {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return body.openStream();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        body.length(),
        CONTENT_TYPE);
  }

  private void putInParts(String bucketKey, ObjectBody body) throws IOException {
    String uploadId =
        client
            .createMultipartUpload(
                create -> create.bucket(settings.bucket()).key(bucketKey).contentType(CONTENT_TYPE))
            .uploadId();
    try {
      List<CompletedPart> parts = sendParts(bucketKey, uploadId, body);
      client.completeMultipartUpload(complete ->
          complete
              .bucket(settings.bucket())
              .key(bucketKey)
              .uploadId(uploadId)
              .multipartUpload(upload -> upload.parts(parts)));
    } catch (IOException | RuntimeException e) {
      abort(bucketKey, uploadId, e);
      throw e;
    }
  }

  /** Parts of a failed upload would be kept, and paid for, until they are told to go. */
  private void abort(String bucketKey, String uploadId, Exception failure) {
    boolean interrupted = Thread.interrupted();
    try {
      client.abortMultipartUpload(
          abort -> abort.bucket(settings.bucket()).key(bucketKey).uploadId(uploadId));
    } catch (SdkException e) {
      failure.addSuppressed(e);
      if (S3Failures.status(e) != 404) {
        LOG.log(
            System.Logger.Level.WARNING,
            "parts of the failed upload {0} of s3://{1}/{2} stay in the bucket: {3}",
            uploadId,
            settings.bucket(),
            bucketKey,
            e.getMessage());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<CompletedPart> sendParts(String bucketKey, String uploadId, ObjectBody body)
      throws IOException {
    long partSize =
        Math.max(settings.partSizeBytes(), Math.ceilDiv(body.length(), (long) MAX_PARTS));
    int partCount = Math.toIntExact(Math.ceilDiv(body.length(), partSize));
    CompletedPart[] completed = new CompletedPart[partCount];
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Runnable sender =
        () -> {
          int index;
          while (!failed.get() && (index = next.getAndIncrement()) < partCount) {
            long from = index * partSize;
            ObjectBody part = body.slice(from, Math.min(partSize, body.length() - from));
            try {
              completed[index] = sendPart(bucketKey, uploadId, index + 1, part);
            } catch (RuntimeException e) {
              failed.set(true);
              throw e;
            }
          }
        };
    runInParallel(sender, Math.min(partCount, settings.maxParallelParts()));
    return Arrays.asList(completed);
  }

  private CompletedPart sendPart(String bucketKey, String uploadId, int number, ObjectBody part) {
    String etag =
        client
            .uploadPart(
                upload ->
                    upload
                        .bucket(settings.bucket())
                        .key(bucketKey)
                        .uploadId(uploadId)
                        .partNumber(number),
                requestBody(part))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(etag).build();
  }

  /** Returns when all have ended; the first failure wins, the others are suppressed. */
  private static void runInParallel(Runnable sender, int threadCount) throws IOException {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<?>> senders = new ArrayList<>();
      for (int i = 0; i < threadCount; i++) {
        senders.add(executor.submit(sender));
      }
      RuntimeException failure = null;
      for (Future<?> future : senders) {
        try {
          future.get();
        } catch (ExecutionException e) {
          RuntimeException cause =
              e.getCause() instanceof RuntimeException runtime
                  ? runtime
                  : new IllegalStateException(e.getCause());
          if (failure == null) {
            failure = cause;
          } else {
            failure.addSuppressed(cause);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while sending parts");
    } finally {
      executor.close();
    }
  }
}
