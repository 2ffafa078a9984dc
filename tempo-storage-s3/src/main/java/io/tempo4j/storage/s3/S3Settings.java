package io.tempo4j.storage.s3;

import io.tempo4j.storage.ObjectKey;
import io.tempo4j.storage.ReadPolicy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a bucket is and how to talk to it. Made by a {@link #builder}.
 *
 * <p>A setting with an endpoint is for a service other than AWS: requests then go out without the
 * chunked encoding that older Ceph releases refuse, in path style and with checksums only where the
 * protocol demands them, unless set otherwise.
 *
 * @param bucket the bucket's name; it must exist
 * @param prefix what the bucket's keys begin with, without a slash at either end; may be empty; at
 *     most 255 bytes
 * @param endpoint the service, {@code http} or {@code https}; empty for AWS
 * @param region the region for signatures; empty to ask the environment, which needs AWS
 * @param credentials how requests are signed
 * @param addressing where the bucket's name stands in requests
 * @param checksums which requests carry checksums beside the signature
 * @param conditionalPuts whether the service can put only if absent
 * @param partSizeBytes bodies above this size are sent in parts of about this size, at least 5 MiB
 * @param maxParallelParts how many parts of one body are sent at the same time, at least 1
 * @param maxConnections the most open connections, at least 1; further calls wait
 * @param maxAttempts how often a request is sent before it fails, at least 1
 * @param connectTimeout how long to wait for a connection
 * @param attemptTimeout how long one attempt of a request may take in all
 * @param callTimeout how long a request may take with all its attempts
 * @param openTimeout the same for the first request, by which a store is opened
 * @param retryBackoff the waits before a request is sent again
 * @param readPolicy which reads are joined, and how many are sent at once
 */
public record S3Settings(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    S3Credentials credentials,
    Addressing addressing,
    Checksums checksums,
    ConditionalPuts conditionalPuts,
    long partSizeBytes,
    int maxParallelParts,
    int maxConnections,
    int maxAttempts,
    Duration connectTimeout,
    Duration attemptTimeout,
    Duration callTimeout,
    Duration openTimeout,
    Backoff retryBackoff,
    ReadPolicy readPolicy) {

  /** The smallest part that the protocol allows, 5 MiB. */
  public static final long MIN_PART_SIZE_BYTES = 5L << 20;

  /** The largest part that the protocol allows, 5 GiB. */
  public static final long MAX_PART_SIZE_BYTES = 5L << 30;

  /** The longest prefix in UTF-8 bytes; with it and the longest key a key in the bucket is full. */
  public static final int MAX_PREFIX_BYTES = 1024 - ObjectKey.MAX_BYTES - 1;

  /**
   * Waits that double from one repetition to the next, each shortened by chance.
   *
   * @param initial the first, at most; positive
   * @param max the longest, at least {@code initial}
   */
  public record Backoff(Duration initial, Duration max) {
    /** Checks the values. */
    public Backoff {
      requirePositive("retry backoff in ms", initial.toMillis());
      if (max.compareTo(initial) < 0) {
        throw new IllegalArgumentException(
            "S3 retry backoff must be at most " + max + ", got " + initial);
      }
    }
  }

  /** Where the bucket's name stands in requests. */
  public enum Addressing {
    /** {@code endpoint/bucket/key}. */
    PATH,
    /** {@code bucket.endpoint/key}, which needs DNS names for buckets. */
    VIRTUAL_HOST
  }

  /** Which requests carry a checksum of their content beside the signature. */
  public enum Checksums {
    /** Those that the protocol demands. */
    WHEN_REQUIRED,
    /** All that can, as AWS recommends; services of other makers often refuse them. */
    WHEN_SUPPORTED
  }

  /** Whether the service can store an object only if the key has none. */
  public enum ConditionalPuts {
    /** It can; this is verified before the first use. */
    SUPPORTED,
    /** It cannot: {@code putIfAbsent} is refused. */
    UNSUPPORTED
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of its range; the message names it
   */
  public S3Settings {
    if (bucket.isBlank() || bucket.indexOf('/') >= 0) {
      throw new IllegalArgumentException("S3 bucket name is empty or has a '/': '" + bucket + "'");
    }
    if (!prefix.isEmpty()) {
      ObjectKey.requireValid(prefix);
      int bytes = prefix.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_PREFIX_BYTES) {
        throw new IllegalArgumentException(
            "S3 prefix has " + bytes + " bytes, more than " + MAX_PREFIX_BYTES);
      }
    }
    endpoint.ifPresent(S3Settings::requireHttp);
    if (region.isPresent() && region.get().isBlank()) {
      throw new IllegalArgumentException("S3 region is empty");
    }
    if (partSizeBytes < MIN_PART_SIZE_BYTES || partSizeBytes > MAX_PART_SIZE_BYTES) {
      throw new IllegalArgumentException(
          "S3 part size must be 5 MiB to 5 GiB, got " + partSizeBytes + " bytes");
    }
    requirePositive("parallel parts", maxParallelParts);
    requirePositive("connections", maxConnections);
    requirePositive("attempts", maxAttempts);
    requirePositive("connect timeout in ms", connectTimeout.toMillis());
    requirePositive("attempt timeout in ms", attemptTimeout.toMillis());
    requirePositive("call timeout in ms", callTimeout.toMillis());
    requirePositive("open timeout in ms", openTimeout.toMillis());
  }

  private static void requireHttp(URI endpoint) {
    String scheme = endpoint.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    if (!http || endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "S3 endpoint must be a URL such as https://s3.example.com:7480, got '" + endpoint + "'");
    }
  }

  private static void requirePositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("S3 " + what + " must be at least 1, got " + value);
    }
  }

  /** Settings for a bucket; everything else has a default. */
  public static Builder builder(String bucket) {
    return new Builder(bucket);
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private final String bucket;
    private String prefix = "";
    private Optional<URI> endpoint = Optional.empty();
    private Optional<String> region = Optional.empty();
    private S3Credentials credentials = new S3Credentials.FromEnvironment();
    private Optional<Addressing> addressing = Optional.empty();
    private Optional<Checksums> checksums = Optional.empty();
    private ConditionalPuts conditionalPuts = ConditionalPuts.SUPPORTED;
    private long partSizeBytes = 16L << 20;
    private int maxParallelParts = 4;
    private int maxConnections = 64;
    private int maxAttempts = 4;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration attemptTimeout = Duration.ofSeconds(60);
    private Duration callTimeout = Duration.ofMinutes(3);
    private Duration openTimeout = Duration.ofSeconds(5);
    private Backoff retryBackoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private ReadPolicy readPolicy = ReadPolicy.REMOTE;

    private Builder(String bucket) {
      this.bucket = bucket;
    }

    /**
     * What the keys in the bucket begin with; slashes at the ends are dropped. Default: nothing.
     */
    public Builder prefix(String value) {
      int start = 0;
      int end = value.length();
      while (start < end && value.charAt(start) == '/') {
        start++;
      }
      while (end > start && value.charAt(end - 1) == '/') {
        end--;
      }
      prefix = value.substring(start, end);
      return this;
    }

    /** A service other than AWS, with {@code http://} or {@code https://}. Default: AWS. */
    public Builder endpoint(URI value) {
      endpoint = Optional.of(value);
      return this;
    }

    /** Default: {@code us-east-1} with an endpoint, otherwise what the environment says. */
    public Builder region(String value) {
      region = Optional.of(value);
      return this;
    }

    /** Default: from the environment. */
    public Builder credentials(S3Credentials value) {
      credentials = value;
      return this;
    }

    /** A fixed key without session token. */
    public Builder credentials(String accessKey, String secretKey) {
      return credentials(new S3Credentials.Static(accessKey, secretKey, Optional.empty()));
    }

    /** Default: path style with an endpoint, otherwise virtual hosts. */
    public Builder addressing(Addressing value) {
      addressing = Optional.of(value);
      return this;
    }

    /** Default: when required with an endpoint, otherwise when supported. */
    public Builder checksums(Checksums value) {
      checksums = Optional.of(value);
      return this;
    }

    /** Default: supported. */
    public Builder conditionalPuts(ConditionalPuts value) {
      conditionalPuts = value;
      return this;
    }

    /** Default: 16 MiB. */
    public Builder partSizeBytes(long value) {
      partSizeBytes = value;
      return this;
    }

    /** Default: 4. */
    public Builder maxParallelParts(int value) {
      maxParallelParts = value;
      return this;
    }

    /** Default: 64. */
    public Builder maxConnections(int value) {
      maxConnections = value;
      return this;
    }

    /** Default: 4. */
    public Builder maxAttempts(int value) {
      maxAttempts = value;
      return this;
    }

    /** Default: 5 seconds. */
    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    /** Default: 60 seconds. */
    public Builder attemptTimeout(Duration value) {
      attemptTimeout = value;
      return this;
    }

    /** Default: 3 minutes. */
    public Builder callTimeout(Duration value) {
      callTimeout = value;
      return this;
    }

    /** Default: 5 seconds. */
    public Builder openTimeout(Duration value) {
      openTimeout = value;
      return this;
    }

    /** Default: 100 milliseconds to 5 seconds. */
    public Builder retryBackoff(Duration initial, Duration max) {
      retryBackoff = new Backoff(initial, max);
      return this;
    }

    /** Default: {@link ReadPolicy#REMOTE}. */
    public Builder readPolicy(ReadPolicy value) {
      readPolicy = value;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public S3Settings build() {
      boolean custom = endpoint.isPresent();
      return new S3Settings(
          bucket,
          prefix,
          endpoint,
          region.isEmpty() && custom ? Optional.of("us-east-1") : region,
          credentials,
          addressing.orElse(custom ? Addressing.PATH : Addressing.VIRTUAL_HOST),
          checksums.orElse(custom ? Checksums.WHEN_REQUIRED : Checksums.WHEN_SUPPORTED),
          conditionalPuts,
          partSizeBytes,
          maxParallelParts,
          maxConnections,
          maxAttempts,
          connectTimeout,
          attemptTimeout,
          callTimeout,
          openTimeout,
          retryBackoff,
          readPolicy);
    }
  }
}
