package io.tempo4j.server.config;

import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.server.config.TempoConfig.Backend;
import io.tempo4j.server.config.TempoConfig.Cors;
import io.tempo4j.server.config.TempoConfig.DiskCaching;
import io.tempo4j.server.config.TempoConfig.Fsync;
import io.tempo4j.server.config.TempoConfig.Heads;
import io.tempo4j.server.config.TempoConfig.Http;
import io.tempo4j.server.config.TempoConfig.Log;
import io.tempo4j.server.config.TempoConfig.LogFormat;
import io.tempo4j.server.config.TempoConfig.LogLevel;
import io.tempo4j.server.config.TempoConfig.Metrics;
import io.tempo4j.server.config.TempoConfig.Otlp;
import io.tempo4j.server.config.TempoConfig.Queries;
import io.tempo4j.server.config.TempoConfig.Receivers;
import io.tempo4j.server.config.TempoConfig.S3;
import io.tempo4j.server.config.TempoConfig.S3Reads;
import io.tempo4j.server.config.TempoConfig.S3Requests;
import io.tempo4j.server.config.TempoConfig.Storage;
import io.tempo4j.server.config.TempoConfig.Wal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Which key becomes which value, and what a missing key means. */
final class TempoConfigReader {

  private static final String NO_TLS =
      "is not supported: TLS must not be dropped silently; put a proxy that speaks TLS in front "
          + "and remove the key";
  private static final String NO_SSE =
      "is not supported: encryption must not be dropped silently; set it as the bucket's default "
          + "and remove the key";

  /** As in the OpenTelemetry collector, 0 stands for the default. */
  private static final int DEFAULT_GRPC_MIB = 16;

  private static final int DEFAULT_HTTP_BYTES = 20 << 20;

  /** More does not go through one array in the heap of a server. */
  private static final int LARGEST_REQUEST_BYTES = 1 << 30;

  /** A query stands in the line of its request, which is held in memory before it is looked at. */
  private static final int LONGEST_QUERY_BYTES = 64 << 20;

  private static final int MOST_CONNECTIONS = 1_000_000;

  private static final Duration SHORTEST_HEAD = Duration.ofSeconds(1);

  private TempoConfigReader() {}

  static TempoConfig read(ConfigSection root) {
    root.parsed(
        "target",
        "all",
        text -> {
          checkTarget(text);
          return text;
        });
    boolean authEnabled = root.bool("auth_enabled", false);
    Wal wal = wal(root.section("storage").section("trace").section("wal"));
    return new TempoConfig(
        root.bool("multitenancy_enabled", authEnabled),
        http(root, root.section("server")),
        log(root.section("server")),
        receivers(root.section("distributor").section("receivers")),
        heads(root.section("ingester"), root.section("live_store")),
        wal,
        storage(root.section("storage").section("trace"), wal.folder()),
        queries(root));
  }

  /**
   * Checks the roles that the process is asked to play.
   *
   * @throws IllegalArgumentException if it cannot play them
   */
  static void checkTarget(String target) {
    switch (target) {
      case "all", "scalable-single-binary" -> {}
      case "distributor",
          "ingester",
          "live-store",
          "block-builder",
          "querier",
          "query-frontend",
          "compactor",
          "backend-scheduler",
          "backend-worker",
          "metrics-generator" ->
          throw new IllegalArgumentException(
              "target '" + target + "' is not supported: one process does everything, use 'all'");
      default ->
          throw new IllegalArgumentException("unknown target '" + target + "', expected 'all'");
    }
  }

  private static Http http(ConfigSection root, ConfigSection server) {
    for (String key : new String[] {"http_tls_config", "grpc_tls_config"}) {
      server.refuse(key, NO_TLS);
    }
    return new Http(
        new HostPort(
            server.string("http_listen_address", ""), server.port("http_listen_port", 3200)),
        root.parsed("http_api_prefix", "", TempoConfigReader::prefix),
        server.duration("http_server_idle_timeout", Duration.ofMinutes(2)),
        server.duration("graceful_shutdown_timeout", Duration.ofSeconds(30)),
        (int) server.bytes("http_server_max_header_bytes", 64 << 10, 1 << 10, 1 << 24),
        server.integer("http_listen_conn_limit", 0, 0, MOST_CONNECTIONS),
        (int) server.bytes("http_server_min_body_bytes_per_second", 1 << 10, 0, 1 << 30),
        cors(server.section("cors")));
  }

  /** A path, without the slashes at its end. */
  private static String prefix(String text) {
    String path = text.replaceAll("/+$", "");
    if (!path.matches("(/[A-Za-z0-9._~!$&'()+,;=@-]+)*")) {
      throw new IllegalArgumentException(
          "expected a path that begins with '/', such as /tempo, got '" + text + "'");
    }
    return path;
  }

  /** Off unless an origin is named, as in the OpenTelemetry collector. */
  private static Optional<Cors> cors(ConfigSection cors) {
    Cors policy =
        new Cors(
            cors.strings("allowed_origins"),
            cors.strings("allowed_headers"),
            Duration.ofSeconds(cors.integer("max_age", 0, 0, Integer.MAX_VALUE)));
    return policy.allowedOrigins().isEmpty() ? Optional.empty() : Optional.of(policy);
  }

  private static Log log(ConfigSection server) {
    return new Log(
        server.choice("log_level", LogLevel.INFO), server.choice("log_format", LogFormat.LOGFMT));
  }

  /** Without any receiver named, OTLP is received on localhost; so does Tempo. */
  private static Receivers receivers(ConfigSection receivers) {
    boolean byDefault = receivers.isEmpty();
    ConfigSection protocols = receivers.section("otlp").section("protocols");
    Optional<Otlp> grpc = Optional.empty();
    if (byDefault || protocols.has("grpc")) {
      ConfigSection section = protocols.section("grpc");
      section.refuse("tls", NO_TLS);
      section.refuse("auth", "is not supported; remove the key");
      int mib =
          section.integer(
              "max_recv_msg_size_mib", DEFAULT_GRPC_MIB, 0, LARGEST_REQUEST_BYTES >> 20);
      grpc =
          Optional.of(
              new Otlp(
                  endpoint(section, 4317),
                  (mib == 0 ? DEFAULT_GRPC_MIB : mib) << 20,
                  Optional.empty()));
    }
    Optional<Otlp> http = Optional.empty();
    if (byDefault || protocols.has("http")) {
      ConfigSection section = protocols.section("http");
      section.refuse("tls", NO_TLS);
      section.refuse("auth", "is not supported; remove the key");
      section.parsed(
          "traces_url_path",
          "/v1/traces",
          text -> {
            if (!text.equals("/v1/traces")) {
              throw new IllegalArgumentException("only /v1/traces is served, got '" + text + "'");
            }
            return text;
          });
      int bytes =
          (int)
              section.bytes("max_request_body_size", DEFAULT_HTTP_BYTES, 0, LARGEST_REQUEST_BYTES);
      http =
          Optional.of(
              new Otlp(
                  endpoint(section, 4318),
                  bytes == 0 ? DEFAULT_HTTP_BYTES : bytes,
                  cors(section.section("cors"))));
    }
    return new Receivers(grpc, http);
  }

  private static HostPort endpoint(ConfigSection section, int defaultPort) {
    return section.parsed("endpoint", new HostPort("localhost", defaultPort), HostPort::parse);
  }

  /** The name of this role changed with Tempo 3; the newer section wins. */
  private static Heads heads(ConfigSection ingester, ConfigSection liveStore) {
    Duration age = ingester.duration("max_block_duration", Duration.ofMinutes(5));
    long bytes = ingester.bytes("max_block_bytes", 128L << 20, 1 << 20, Long.MAX_VALUE);
    age = liveStore.duration("max_block_duration", age);
    if (age.compareTo(SHORTEST_HEAD) < 0) {
      (liveStore.has("max_block_duration") ? liveStore : ingester)
          .note("max_block_duration", "counts as 1s, got " + GoDuration.format(age));
      age = SHORTEST_HEAD;
    }
    return new Heads(age, liveStore.bytes("max_block_bytes", bytes, 1 << 20, Long.MAX_VALUE));
  }

  private static Wal wal(ConfigSection wal) {
    Duration interval = wal.duration("fsync_interval", Duration.ofMillis(100));
    if (interval.isZero()) {
      wal.problem("fsync_interval", "must be positive; use 'fsync: always' to sync every time");
    }
    return new Wal(
        folder(wal, "/var/tempo/wal"),
        wal.choice("fsync", Fsync.INTERVAL),
        interval,
        wal.bytes("max_disk_bytes", 8L << 30, 64 << 20, Long.MAX_VALUE));
  }

  private static Storage storage(ConfigSection trace, Path wal) {
    Backend backend =
        trace.parsed(
            "backend",
            Backend.LOCAL,
            text ->
                switch (text) {
                  case "local", "" -> Backend.LOCAL;
                  case "s3" -> Backend.S3;
                  case "gcs", "azure" ->
                      throw new IllegalArgumentException(
                          "'" + text + "' is not supported, use local or s3");
                  default ->
                      throw new IllegalArgumentException(
                          "expected local or s3, got '" + text + "'");
                });
    Path local = folder(trace.section("local"), "/var/tempo/traces");
    return new Storage(backend, local, s3(trace.section("s3"), backend, wal));
  }

  private static S3 s3(ConfigSection s3, Backend backend, Path wal) {
    s3.refuse("sse", NO_SSE);
    for (String key :
        new String[] {
          "tls_cert_path", "tls_key_path", "tls_ca_path", "tls_server_name", "tls_cipher_suites"
        }) {
      s3.refuse(key, "is not supported: the trust store of the Java runtime is used");
    }
    s3.parsed(
        "tls_min_version",
        "",
        text -> {
          if (!text.matches("(VersionTLS1[012])?")) {
            throw new IllegalArgumentException(
                "is not supported: TLS 1.2 and 1.3 are spoken, got '" + text + "'");
          }
          return text;
        });
    s3.refuse("tls_insecure_skip_verify", "is not supported: certificates are always checked");
    String accessKey = s3.string("access_key", "");
    Secret secretKey = s3.secret("secret_key");
    String bucket = s3.string("bucket", "");
    if (backend == Backend.S3) {
      if (bucket.isEmpty()) {
        s3.problem("bucket", "must be set with backend s3");
      }
      if (accessKey.isEmpty() != !secretKey.isPresent()) {
        s3.problem(
            accessKey.isEmpty() ? "access_key" : "secret_key",
            "access_key and secret_key must be set together, or neither");
      }
    }
    return new S3(
        bucket,
        s3.string("prefix", ""),
        s3.string("endpoint", ""),
        s3.string("region", ""),
        accessKey,
        secretKey,
        s3.secret("session_token"),
        s3.bool("insecure", false),
        s3.bool("forcepathstyle", false),
        s3.bytes("part_size", 0, 0, 5L << 30),
        requests(s3),
        reads(s3.section("reads")),
        diskCache(s3.section("disk_cache"), wal));
  }

  private static S3Requests requests(ConfigSection s3) {
    Duration initial = s3.duration("retry_backoff_initial", Duration.ofMillis(200));
    Duration most = s3.duration("retry_backoff_max", Duration.ofSeconds(1));
    return new S3Requests(
        s3.duration("hedge_requests_at", Duration.ZERO),
        s3.integer("hedge_requests_up_to", 2, 0, 100),
        s3.integer("retry_max_attempts", 10, 0, 1000),
        initial,
        most.compareTo(initial) < 0 ? initial : most);
  }

  private static S3Reads reads(ConfigSection reads) {
    return new S3Reads(
        reads.bytes("join_gap", 512 << 10, 1, 1 << 30),
        reads.bytes("max_range", 4 << 20, 1, 1 << 30),
        reads.integer("concurrency", 32, 1, 1024),
        reads.bytes("ahead", 8 << 20, 1, 1 << 30));
  }

  private static DiskCaching diskCache(ConfigSection cache, Path wal) {
    return new DiskCaching(
        folder(cache, wal.resolveSibling("s3-cache").toString()),
        cache.bytes("max_bytes", 2L << 30, 0, Long.MAX_VALUE));
  }

  private static Path folder(ConfigSection section, String unlessNamed) {
    return section.parsed(
        "path",
        Path.of(unlessNamed),
        text -> {
          try {
            return Path.of(text.isBlank() ? unlessNamed : text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected a folder, got '" + text + "'", e);
          }
        });
  }

  private static Queries queries(ConfigSection root) {
    ConfigSection frontend = root.section("query_frontend");
    ConfigSection querier = root.section("querier");
    ConfigSection perTenant = root.section("overrides").section("defaults").section("read");
    ConfigSection search = frontend.section("search");
    Duration searchTimeout =
        querier.section("search").duration("query_timeout", Duration.ofSeconds(30));
    Duration traceTimeout =
        querier.section("trace_by_id").duration("query_timeout", Duration.ofSeconds(10));
    Duration apiTimeout = frontend.duration("api_timeout", Duration.ZERO);
    int unbounded = Integer.MAX_VALUE;
    return new Queries(
        search.integer("default_result_limit", 20, 1, unbounded),
        search.integer("max_result_limit", 0, 0, unbounded),
        search.integer("default_spans_per_span_set", 3, 1, unbounded),
        search.integer("max_spans_per_span_set", 100, 0, unbounded),
        search.duration("max_duration", Duration.ofHours(168)),
        (int) frontend.bytes("max_query_expression_size_bytes", 128 << 10, 1, LONGEST_QUERY_BYTES),
        shorter(searchTimeout, apiTimeout),
        shorter(traceTimeout, apiTimeout),
        metrics(frontend.section("metrics")),
        perTenant.bytes("max_bytes_per_tag_values_query", 1_000_000, 0, Long.MAX_VALUE),
        querier.bytes("max_bytes_per_query", 0, 0, Long.MAX_VALUE),
        querier.integer("max_concurrent_queries", 20, 1, unbounded),
        frontend.integer("max_outstanding_per_tenant", 2000, 1, unbounded),
        (int) frontend.bytes("max_grpc_streaming_packet_size", 1 << 20, 16 << 10, 64 << 20),
        frontend.bool("warm_up", true));
  }

  private static Metrics metrics(ConfigSection metrics) {
    return new Metrics(
        metrics.duration("max_duration", Duration.ofHours(24)),
        metrics.integer("max_intervals", 10_000, 0, MetricsRequest.MAX_BUCKETS),
        metrics.integer("max_exemplars", 100, 0, MetricsRequest.MAX_EXEMPLARS),
        metrics.integer("max_response_series", 10_000, 0, Integer.MAX_VALUE));
  }

  private static Duration shorter(Duration a, Duration b) {
    return b.isZero() || a.compareTo(b) < 0 ? a : b;
  }
}
