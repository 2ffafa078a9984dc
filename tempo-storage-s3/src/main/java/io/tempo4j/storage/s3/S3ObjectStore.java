package io.tempo4j.storage.s3;

import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectKey;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.storage.ReadRange;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * An object store in a bucket of Amazon S3 or a service that speaks its protocol. A key of the
 * store is a key of the bucket behind {@link S3Settings#prefix} and a slash.
 *
 * <p>Bodies larger than {@link S3Settings#partSizeBytes} are sent in parallel parts; an upload that
 * fails is aborted. Requests are repeated as the settings say. Objects in the bucket whose keys are
 * not valid here are not listed.
 */
public final class S3ObjectStore implements ObjectStore {

  private static final System.Logger LOG = System.getLogger(S3ObjectStore.class.getName());

  private final S3Settings settings;
  private final S3Connection connection;
  private final S3Failures failures;
  private final String keyPrefix;
  private final S3Uploads uploads;
  private final S3ConditionalPut conditionalPut;
  private volatile boolean closed;

  private S3ObjectStore(S3Settings settings, S3Connection connection) {
    this.settings = settings;
    this.connection = connection;
    this.failures = new S3Failures(settings, describe(settings));
    this.keyPrefix = settings.prefix().isEmpty() ? "" : settings.prefix() + "/";
    this.uploads = new S3Uploads(connection.retrying(), settings);
    this.conditionalPut = new S3ConditionalPut(connection, settings, failures, keyPrefix);
  }

  /**
   * Connects to a bucket and makes sure that it can be listed.
   *
   * @throws io.tempo4j.storage.StoreUnavailableException if nothing answers, or says that it cannot
   *     now
   * @throws IOException if it cannot be: wrong endpoint, bucket, key, secret or region, missing
   *     rights, a clock that is wrong. The message says what to check.
   */
  public static S3ObjectStore open(S3Settings settings) throws IOException {
    return open(settings, Clock.systemUTC());
  }

  /**
   * As {@link #open}, but without asking the service for anything: for one that cannot be reached
   * at the moment.
   *
   * @throws IOException if the settings do not allow a connection
   */
  public static S3ObjectStore unchecked(S3Settings settings) throws IOException {
    try {
      return new S3ObjectStore(settings, S3Connection.open(settings));
    } catch (SdkException e) {
      throw new S3Failures(settings, describe(settings)).of("connect to the bucket", e);
    }
  }

  static S3ObjectStore open(S3Settings settings, Clock clock) throws IOException {
    S3ObjectStore store = unchecked(settings);
    try {
      S3Probe.check(store.connection.retrying(), settings, store.failures, store.keyPrefix, clock);
      return store;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    requireUsable(key);
    try {
      uploads.put(keyPrefix + key, body);
    } catch (SdkException e) {
      throw failures.of("store object '" + key + "'", e);
    } catch (RuntimeException e) {
      throw failures.ofBody(key, e);
    }
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    requireUsable(key);
    if (!supportsConditionalPut()) {
      throw new UnsupportedOperationException("conditional puts are switched off for " + this);
    }
    conditionalPut.put(key, body);
  }

  @Override
  public boolean supportsConditionalPut() {
    return settings.conditionalPuts() == S3Settings.ConditionalPuts.SUPPORTED;
  }

  @Override
  public ReadPolicy readPolicy() {
    return settings.readPolicy();
  }

  @Override
  public byte[] get(String key) throws IOException {
    requireUsable(key);
    try {
      return connection
          .retrying()
          .getObject(
              get -> get.bucket(settings.bucket()).key(keyPrefix + key),
              (response, stream) -> {
                Long length = response.contentLength();
                if (length == null) {
                  throw new IllegalStateException("the service did not say how long it is");
                }
                if (length > Integer.MAX_VALUE - 8) {
                  throw new IllegalStateException(length + " bytes do not fit into one array");
                }
                byte[] bytes = new byte[length.intValue()];
                readFully(key, stream, bytes, 0, bytes.length);
                return bytes;
              });
    } catch (SdkException e) {
      throw failures.ofObject("read", key, e);
    }
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    requireUsable(key);
    ReadRange.check(offset, target, targetOffset, length);
    if (length == 0) {
      return;
    }
    ResponseTransformer<GetObjectResponse, Boolean> intoTarget =
        (response, stream) -> {
          Long sent = response.contentLength();
          if (sent == null || sent != length) {
            return false;
          }
          readFully(key, stream, target, targetOffset, length);
          return true;
        };
    boolean complete;
    try {
      complete =
          connection
              .retrying()
              .getObject(
                  get ->
                      get.bucket(settings.bucket())
                          .key(keyPrefix + key)
                          .range("bytes=" + offset + "-" + (offset + length - 1)),
                  intoTarget);
    } catch (SdkException e) {
      if (S3Failures.status(e) != 416) {
        throw failures.ofObject("read", key, e);
      }
      complete = false;
    }
    if (!complete) {
      throw incomplete(key, offset, length);
    }
  }

  /** Why the answer to a ranged read was not what was asked for. */
  private IOException incomplete(String key, long offset, int length) throws IOException {
    long size = size(key);
    return offset > size - length
        ? ReadRange.beyondEnd(key, toString(), size, offset, length)
        : new IOException(
            "cannot read object '"
                + key
                + "' in "
                + this
                + ": the service did not send the range "
                + offset
                + "-"
                + (offset + length - 1)
                + " of "
                + size
                + " bytes");
  }

  private void readFully(String key, InputStream stream, byte[] target, int offset, int length) {
    int got;
    try {
      got = stream.readNBytes(target, offset, length);
    } catch (IOException e) {
      throw RetryableException.create("object '" + key + "': " + e.getMessage(), e);
    }
    if (got != length) {
      throw RetryableException.create(
          "object '" + key + "' ended after " + got + " of " + length + " bytes");
    }
  }

  @Override
  public long size(String key) throws IOException {
    requireUsable(key);
    Long size;
    try {
      size =
          connection
              .retrying()
              .headObject(head -> head.bucket(settings.bucket()).key(keyPrefix + key))
              .contentLength();
    } catch (SdkException e) {
      if (S3Failures.isMissingObject(e)) {
        requireBucket();
      }
      throw failures.ofObject("read", key, e);
    }
    if (size == null) {
      throw new IOException("the size of object '" + key + "' is missing in the answer of " + this);
    }
    return size;
  }

  /** The answer to HEAD has no code that tells a missing bucket from a missing object. */
  private void requireBucket() throws IOException {
    try {
      connection
          .retrying()
          .listObjectsV2(list -> list.bucket(settings.bucket()).prefix(keyPrefix).maxKeys(1));
    } catch (SdkException e) {
      throw failures.of("find the bucket", e);
    }
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    requireOpen();
    boolean children = request.depth() == ListRequest.Depth.CHILDREN;
    ListObjectsV2Response response;
    try {
      response =
          connection
              .retrying()
              .listObjectsV2(list -> {
                list.bucket(settings.bucket())
                    .prefix(keyPrefix + request.prefix())
                    .maxKeys(request.maxEntries());
                if (children) {
                  list.delimiter("/");
                }
                request.continuation().ifPresent(list::continuationToken);
              });
    } catch (SdkException e) {
      throw failures.of("list '" + request.prefix() + "'", e);
    }
    return page(request, response);
  }

  private ListPage page(ListRequest request, ListObjectsV2Response response) throws IOException {
    List<ObjectSummary> objects = new ArrayList<>();
    for (S3Object object : response.contents()) {
      ownKey(object.key())
          .ifPresent(
              key -> objects.add(new ObjectSummary(key, object.size(), object.lastModified())));
    }
    List<String> folders = new ArrayList<>();
    for (CommonPrefix commonPrefix : response.commonPrefixes()) {
      String folder = commonPrefix.prefix();
      // Some services leave the delimiter out.
      String name = folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder;
      ownKey(name).ifPresent(key -> folders.add(key + "/"));
    }
    if (!Boolean.TRUE.equals(response.isTruncated())) {
      return new ListPage(objects, folders, Optional.empty());
    }
    if (response.nextContinuationToken() == null) {
      throw new IOException(
          "cannot list '"
              + request.prefix()
              + "' in "
              + this
              + ": the service says that there is more, but not how to get it");
    }
    return new ListPage(objects, folders, Optional.of(response.nextContinuationToken()));
  }

  /** The store's key for one of the bucket, empty if the object is not the store's. */
  private Optional<String> ownKey(String bucketKey) {
    return Optional.of(bucketKey)
        .filter(key -> key.startsWith(keyPrefix))
        .map(key -> key.substring(keyPrefix.length()))
        .filter(S3ObjectStore::isValid);
  }

  private static boolean isValid(String key) {
    try {
      ObjectKey.requireValid(key);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void delete(String key) throws IOException {
    requireUsable(key);
    try {
      connection
          .retrying()
          .deleteObject(delete -> delete.bucket(settings.bucket()).key(keyPrefix + key));
    } catch (SdkException e) {
      IOException error = failures.ofObject("delete", key, e);
      if (!(error instanceof NoSuchObjectException)) {
        throw error;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    connection.close();
  }

  /** The bucket, prefix and endpoint; no credentials. */
  @Override
  public String toString() {
    return failures.store();
  }

  private static String describe(S3Settings settings) {
    return "s3://"
        + settings.bucket()
        + (settings.prefix().isEmpty() ? "" : "/" + settings.prefix())
        + settings.endpoint().map(endpoint -> " at " + endpoint).orElse("");
  }

  static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "could not close " + closeable, e);
    }
  }

  private void requireUsable(String key) {
    requireOpen();
    ObjectKey.requireValid(key);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the object store " + this + " is closed");
    }
  }
}
