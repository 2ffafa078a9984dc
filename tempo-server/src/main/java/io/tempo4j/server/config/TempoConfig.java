package io.tempo4j.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one process is told to do; every value is set and checked.
 *
 * @param multitenancyEnabled whether every request must name its tenant in {@code X-Scope-OrgID};
 *     else everything belongs to {@link io.tempo4j.model.TenantId#SINGLE}
 * @param http the HTTP API
 * @param log the log on standard error
 * @param receivers where spans come in
 * @param heads when recent spans become a block
 * @param wal where acknowledged spans are kept until their block rests
 * @param storage where blocks rest
 * @param queries bounds and defaults of queries
 */
public record TempoConfig(
    boolean multitenancyEnabled,
    Http http,
    Log log,
    Receivers receivers,
    Heads heads,
    Wal wal,
    Storage storage,
    Queries queries) {

  /**
   * The HTTP API.
   *
   * @param listen where it listens
   * @param apiPrefix put before every path of {@code /api}; empty or beginning with a slash
   * @param idleTimeout after which an idle connection is closed
   * @param gracefulShutdownTimeout how long requests in flight may take when the server stops
   * @param maxHeaderBytes the largest headers of a request, of receivers too
   * @param maxConnections most connections to each port, of receivers too; 0 for as many as the
   *     heap bears
   * @param minBodyBytesPerSecond how fast the bodies of requests to receivers must come; 0 for no
   *     bound
   * @param cors which pages of other origins may ask, if any
   */
  public record Http(
      HostPort listen,
      String apiPrefix,
      Duration idleTimeout,
      Duration gracefulShutdownTimeout,
      int maxHeaderBytes,
      int maxConnections,
      int minBodyBytesPerSecond,
      Optional<Cors> cors) {}

  /**
   * Which pages of other origins may use an HTTP port: cross-origin resource sharing.
   *
   * @param allowedOrigins origins such as {@code https://grafana.example.com}, in which one star
   *     stands for any text; at least one
   * @param allowedHeaders names of request headers beside those that are always allowed; a star for
   *     all
   * @param maxAge how long browsers may remember that they may; with zero they ask each time
   */
  public record Cors(List<String> allowedOrigins, List<String> allowedHeaders, Duration maxAge) {}

  /**
   * The log.
   *
   * @param level the least severe level that is written
   * @param format the form of a line
   */
  public record Log(LogLevel level, LogFormat format) {}

  /** Severities of log lines. */
  public enum LogLevel {
    /** Everything. */
    DEBUG,
    /** What happened. */
    INFO,
    /** What should be looked at. */
    WARN,
    /** What failed. */
    ERROR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Forms of log lines. */
  public enum LogFormat {
    /** {@code key=value} pairs. */
    LOGFMT,
    /** One JSON object a line. */
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where spans come in.
   *
   * @param otlpGrpc OTLP over gRPC, if it is on
   * @param otlpHttp OTLP over HTTP, if it is on
   */
  public record Receivers(Optional<Otlp> otlpGrpc, Optional<Otlp> otlpHttp) {}

  /**
   * One OTLP receiver.
   *
   * @param listen where it listens
   * @param maxRequestBytes the largest request, after decompression
   * @param cors which pages of other origins may send, if any; over HTTP only
   */
  public record Otlp(HostPort listen, int maxRequestBytes, Optional<Cors> cors) {}

  /**
   * When recent spans become a block.
   *
   * @param maxAge the longest time a span waits
   * @param maxBytes the most bytes that wait
   */
  public record Heads(Duration maxAge, long maxBytes) {}

  /**
   * The write-ahead log.
   *
   * @param folder where its segments lie
   * @param fsync when an append counts as durable
   * @param fsyncInterval the longest time between two syncs, with {@link Fsync#INTERVAL}
   * @param maxDiskBytes most bytes of the log and of blocks beside it that wait for the store
   */
  public record Wal(Path folder, Fsync fsync, Duration fsyncInterval, long maxDiskBytes) {}

  /** When the log's files are synced to the disk. */
  public enum Fsync {
    /** Before a request is acknowledged. */
    ALWAYS,
    /** Regularly; a power cut may cost the last interval, a killed process nothing. */
    INTERVAL,
    /** When the system likes to; a killed process costs nothing. */
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where blocks rest.
   *
   * @param backend which of the stores
   * @param localFolder the folder of {@link Backend#LOCAL}
   * @param s3 the access to {@link Backend#S3}
   */
  public record Storage(Backend backend, Path localFolder, S3 s3) {}

  /** The kinds of stores. */
  public enum Backend {
    /** A folder. */
    LOCAL,
    /** A bucket of S3 or of a store that speaks its protocol. */
    S3;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Access to a bucket.
   *
   * @param bucket its name
   * @param prefix put before every key; empty for none
   * @param endpoint host and port of the service, or its URL; empty for AWS
   * @param region empty for the region of the environment
   * @param accessKey empty for the credentials of the environment
   * @param secretKey belongs to {@code accessKey}
   * @param sessionToken belongs to temporary credentials; may be absent
   * @param insecure whether an endpoint without a scheme is spoken to without TLS
   * @param forcePathStyle whether the bucket stands in the path rather than in the host name
   * @param partSizeBytes size of the parts of large uploads; 0 for the default
   * @param requests how requests are repeated
   * @param reads what is read at once
   * @param diskCache what is kept on this machine's disk
   */
  public record S3(
      String bucket,
      String prefix,
      String endpoint,
      String region,
      String accessKey,
      Secret secretKey,
      Secret sessionToken,
      boolean insecure,
      boolean forcePathStyle,
      long partSizeBytes,
      S3Requests requests,
      S3Reads reads,
      DiskCaching diskCache) {}

  /**
   * How requests to a bucket are repeated.
   *
   * @param hedgeAt a read that is not answered by then is sent once more; zero for never
   * @param hedgeUpTo how often it is sent at most, the first time included
   * @param maxAttempts how often a request that fails is sent at most
   * @param backoffInitial wait before it is sent for the second time, at most
   * @param backoffMax the longest such wait
   */
  public record S3Requests(
      Duration hedgeAt,
      int hedgeUpTo,
      int maxAttempts,
      Duration backoffInitial,
      Duration backoffMax) {}

  /**
   * What is read of a bucket at once.
   *
   * @param joinGapBytes ranges with at most so many bytes between them are one request
   * @param maxRangeBytes the longest range that is joined of others
   * @param concurrency most requests at once that read ahead
   * @param aheadBytes most bytes that a query holds of what was read ahead
   */
  public record S3Reads(long joinGapBytes, long maxRangeBytes, int concurrency, long aheadBytes) {}

  /**
   * What is kept on disk of what was read of a bucket.
   *
   * @param folder where
   * @param maxBytes most bytes; 0 for nothing
   */
  public record DiskCaching(Path folder, long maxBytes) {}

  /**
   * Bounds and defaults of queries.
   *
   * @param defaultLimit traces of a search that names no limit
   * @param maxLimit the largest limit; 0 for no bound
   * @param defaultSpansPerSpanset spans per spanset of a search that names no number
   * @param maxSpansPerSpanset the largest such number; 0 for no bound
   * @param maxSearchRange the longest time range of a search; zero for no bound
   * @param maxExpressionBytes the longest TraceQL query
   * @param searchTimeout the longest time a search may take
   * @param traceTimeout the longest time a trace lookup may take
   * @param metrics bounds of metrics queries
   * @param maxTagBytes most bytes of the names of tags of one scope, or of the values of one tag,
   *     in an answer; 0 for no bound
   * @param maxQueryBytes most bytes of columns that one query may read; 0 for no bound
   * @param maxConcurrent queries that run at a time
   * @param maxQueued queries that wait for others
   * @param maxMessageBytes the largest message of an answer over gRPC
   * @param isWarmedUp whether a process that just started has its JVM compile what answers queries
   */
  public record Queries(
      int defaultLimit,
      int maxLimit,
      int defaultSpansPerSpanset,
      int maxSpansPerSpanset,
      Duration maxSearchRange,
      int maxExpressionBytes,
      Duration searchTimeout,
      Duration traceTimeout,
      Metrics metrics,
      long maxTagBytes,
      long maxQueryBytes,
      int maxConcurrent,
      int maxQueued,
      int maxMessageBytes,
      boolean isWarmedUp) {}

  /**
   * Bounds of metrics queries.
   *
   * @param maxRange the longest time range; zero for no bound
   * @param maxIntervals most steps of a range; 0 for as many as can be answered
   * @param maxExemplars most exemplars of an answer, and their number where a query names none
   * @param maxSeries most series of an answer; 0 for no bound
   */
  public record Metrics(Duration maxRange, int maxIntervals, int maxExemplars, int maxSeries) {}
}
