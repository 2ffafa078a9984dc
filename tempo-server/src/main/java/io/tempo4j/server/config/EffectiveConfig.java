package io.tempo4j.server.config;

import io.tempo4j.server.config.TempoConfig.Cors;
import io.tempo4j.server.config.TempoConfig.Otlp;
import io.tempo4j.server.config.TempoConfig.Queries;
import io.tempo4j.server.config.TempoConfig.S3;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Prints a configuration as YAML that could be given again, secrets masked. */
public final class EffectiveConfig {

  private EffectiveConfig() {}

  /** The configuration as YAML. */
  public static String toYaml(TempoConfig config) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(toMap(config));
  }

  private static Map<String, Object> toMap(TempoConfig config) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("target", "all");
    root.put("multitenancy_enabled", config.multitenancyEnabled());
    root.put("http_api_prefix", config.http().apiPrefix());
    Map<String, Object> server = child(root, "server");
    server.put("http_listen_address", config.http().listen().host());
    server.put("http_listen_port", config.http().listen().port());
    server.put("http_server_idle_timeout", text(config.http().idleTimeout()));
    server.put("graceful_shutdown_timeout", text(config.http().gracefulShutdownTimeout()));
    server.put("http_server_max_header_bytes", config.http().maxHeaderBytes());
    server.put("http_listen_conn_limit", config.http().maxConnections());
    server.put("http_server_min_body_bytes_per_second", config.http().minBodyBytesPerSecond());
    config.http().cors().ifPresent(cors -> cors(server, cors));
    server.put("log_level", config.log().level().toString());
    server.put("log_format", config.log().format().toString());
    Map<String, Object> protocols =
        child(child(child(child(root, "distributor"), "receivers"), "otlp"), "protocols");
    config
        .receivers()
        .otlpGrpc()
        .ifPresent(grpc -> {
          Map<String, Object> section = otlp(protocols, "grpc", grpc);
          section.put("max_recv_msg_size_mib", grpc.maxRequestBytes() >> 20);
        });
    config
        .receivers()
        .otlpHttp()
        .ifPresent(http -> {
          Map<String, Object> section = otlp(protocols, "http", http);
          section.put("max_request_body_size", http.maxRequestBytes());
          http.cors().ifPresent(cors -> cors(section, cors));
        });
    Map<String, Object> liveStore = child(root, "live_store");
    liveStore.put("max_block_duration", text(config.heads().maxAge()));
    liveStore.put("max_block_bytes", config.heads().maxBytes());
    storage(config, child(child(root, "storage"), "trace"));
    queries(config.queries(), root);
    return root;
  }

  private static Map<String, Object> otlp(Map<String, Object> protocols, String name, Otlp otlp) {
    Map<String, Object> section = child(protocols, name);
    section.put("endpoint", otlp.listen().toString());
    return section;
  }

  private static void cors(Map<String, Object> parent, Cors cors) {
    Map<String, Object> section = child(parent, "cors");
    section.put("allowed_origins", cors.allowedOrigins());
    section.put("allowed_headers", cors.allowedHeaders());
    section.put("max_age", cors.maxAge().toSeconds());
  }

  private static void storage(TempoConfig config, Map<String, Object> trace) {
    trace.put("backend", config.storage().backend().toString());
    child(trace, "local").put("path", config.storage().localFolder().toString());
    Map<String, Object> wal = child(trace, "wal");
    wal.put("path", config.wal().folder().toString());
    wal.put("fsync", config.wal().fsync().toString());
    wal.put("fsync_interval", text(config.wal().fsyncInterval()));
    wal.put("max_disk_bytes", config.wal().maxDiskBytes());
    S3 s3 = config.storage().s3();
    Map<String, Object> bucket = child(trace, "s3");
    bucket.put("bucket", s3.bucket());
    bucket.put("prefix", s3.prefix());
    bucket.put("endpoint", s3.endpoint());
    bucket.put("region", s3.region());
    bucket.put("access_key", s3.accessKey());
    bucket.put("secret_key", s3.secretKey().toString());
    bucket.put("session_token", s3.sessionToken().toString());
    bucket.put("insecure", s3.insecure());
    bucket.put("forcepathstyle", s3.forcePathStyle());
    bucket.put("part_size", s3.partSizeBytes());
    bucket.put("hedge_requests_at", text(s3.requests().hedgeAt()));
    bucket.put("hedge_requests_up_to", s3.requests().hedgeUpTo());
    bucket.put("retry_max_attempts", s3.requests().maxAttempts());
    bucket.put("retry_backoff_initial", text(s3.requests().backoffInitial()));
    bucket.put("retry_backoff_max", text(s3.requests().backoffMax()));
    Map<String, Object> reads = child(bucket, "reads");
    reads.put("join_gap", s3.reads().joinGapBytes());
    reads.put("max_range", s3.reads().maxRangeBytes());
    reads.put("concurrency", s3.reads().concurrency());
    reads.put("ahead", s3.reads().aheadBytes());
    Map<String, Object> disk = child(bucket, "disk_cache");
    disk.put("path", s3.diskCache().folder().toString());
    disk.put("max_bytes", s3.diskCache().maxBytes());
  }

  private static void queries(Queries queries, Map<String, Object> root) {
    Map<String, Object> frontend = child(root, "query_frontend");
    frontend.put("max_outstanding_per_tenant", queries.maxQueued());
    frontend.put("max_query_expression_size_bytes", queries.maxExpressionBytes());
    frontend.put("max_grpc_streaming_packet_size", queries.maxMessageBytes());
    frontend.put("warm_up", queries.isWarmedUp());
    Map<String, Object> search = child(frontend, "search");
    search.put("default_result_limit", queries.defaultLimit());
    search.put("max_result_limit", queries.maxLimit());
    search.put("default_spans_per_span_set", queries.defaultSpansPerSpanset());
    search.put("max_spans_per_span_set", queries.maxSpansPerSpanset());
    search.put("max_duration", text(queries.maxSearchRange()));
    Map<String, Object> metrics = child(frontend, "metrics");
    metrics.put("max_duration", text(queries.metrics().maxRange()));
    metrics.put("max_intervals", queries.metrics().maxIntervals());
    metrics.put("max_exemplars", queries.metrics().maxExemplars());
    metrics.put("max_response_series", queries.metrics().maxSeries());
    child(child(child(root, "overrides"), "defaults"), "read")
        .put("max_bytes_per_tag_values_query", queries.maxTagBytes());
    Map<String, Object> querier = child(root, "querier");
    querier.put("max_concurrent_queries", queries.maxConcurrent());
    querier.put("max_bytes_per_query", queries.maxQueryBytes());
    child(querier, "search").put("query_timeout", text(queries.searchTimeout()));
    child(querier, "trace_by_id").put("query_timeout", text(queries.traceTimeout()));
  }

  private static Map<String, Object> child(Map<String, Object> parent, String key) {
    Map<String, Object> child = new LinkedHashMap<>();
    parent.put(key, child);
    return child;
  }

  private static String text(Duration duration) {
    return GoDuration.format(duration);
  }
}
