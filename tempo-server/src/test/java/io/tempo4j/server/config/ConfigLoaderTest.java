package io.tempo4j.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.server.config.TempoConfig.Backend;
import io.tempo4j.server.config.TempoConfig.Fsync;
import io.tempo4j.server.config.TempoConfig.LogFormat;
import io.tempo4j.server.config.TempoConfig.LogLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigLoaderTest {

  @TempDir private Path folder;

  private static TempoConfig parse(String yaml) throws ConfigException {
    return ConfigLoader.parse("tempo.yaml", yaml).config();
  }

  @Test
  void emptyFileMeansTemposDefaults() throws ConfigException {
    TempoConfig config = parse("");

    assertThat(config.http().listen()).isEqualTo(new HostPort("", 3200));
    assertThat(config.receivers().otlpGrpc().orElseThrow().listen())
        .isEqualTo(new HostPort("localhost", 4317));
    assertThat(config.receivers().otlpHttp().orElseThrow().listen())
        .isEqualTo(new HostPort("localhost", 4318));
    assertThat(config.multitenancyEnabled()).isFalse();
    assertThat(config.storage().backend()).isEqualTo(Backend.LOCAL);
    assertThat(config.wal().folder()).isEqualTo(Path.of("/var/tempo/wal"));
    assertThat(config.queries().defaultLimit()).isEqualTo(20);
    assertThat(config.queries().defaultSpansPerSpanset()).isEqualTo(3);
    assertThat(config.queries().maxSpansPerSpanset()).isEqualTo(100);
    assertThat(config.queries().maxSearchRange()).isEqualTo(Duration.ofHours(168));
  }

  @Test
  void embeddedConfigurationIsReachableFromThisMachineOnly() {
    ConfigLoader.Loaded loaded = ConfigLoader.embedded();

    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.config().http().listen().host()).isEqualTo("127.0.0.1");
    assertThat(loaded.config().receivers().otlpGrpc().orElseThrow().listen().host())
        .isEqualTo("localhost");
    assertThat(loaded.config().storage().localFolder()).isEqualTo(Path.of("./tempo-data/blocks"));
    assertThat(loaded.config().wal().folder()).isEqualTo(Path.of("./tempo-data/wal"));
  }

  /** Written from the keys that single-binary deployments of Tempo use. */
  @Test
  void typicalSingleBinaryConfigurationStartsWithOneWarning() throws Exception {
    String yaml =
        """
        stream_over_http_enabled: true
        multitenancy_enabled: true
        usage_report: {reporting_enabled: false}
        server:
          http_listen_port: 3100
          grpc_listen_port: 9095
          log_level: warn
          log_format: json
          http_server_read_timeout: 2m
        query_frontend:
          search:
            duration_slo: 5s
            throughput_bytes_slo: 1.073741824e+09
            max_duration: 72h
            default_result_limit: 50
          trace_by_id: {duration_slo: 100ms}
        querier:
          max_concurrent_queries: 5
          search: {query_timeout: 20s}
          frontend_worker: {frontend_address: 127.0.0.1:9095}
        distributor:
          receivers:
            jaeger:
              protocols: {thrift_http: , grpc: }
            zipkin:
            otlp:
              protocols:
                http:
                  endpoint: "0.0.0.0:4318"
                  cors: {allowed_origins: ["*"]}
                grpc:
                  endpoint: "[::]:4317"
                  max_recv_msg_size_mib: 32
            opencensus:
        ingester:
          trace_idle_period: 10s
          max_block_bytes: 1_000_000_000
          max_block_duration: 5m
          lifecycler: {ring: {replication_factor: 1}}
        compactor:
          compaction: {block_retention: 720h}
        metrics_generator:
          storage: {path: /var/tempo/generator/wal, remote_write: [{url: "http://prometheus/api"}]}
        storage:
          trace:
            backend: s3
            pool: {max_workers: 100, queue_depth: 10000}
            wal: {path: /var/tempo/wal}
            local: {path: /var/tempo/blocks}
            s3:
              bucket: traces
              endpoint: minio:9000
              access_key: tempo
              secret_key: supersecret
              insecure: true
              forcepathstyle: true
              part_size: 8MiB
        overrides:
          defaults: {metrics_generator: {processors: [service-graphs, span-metrics]}}
        """;

    ConfigLoader.Loaded loaded = ConfigLoader.parse("tempo.yaml", yaml);

    TempoConfig config = loaded.config();
    assertThat(config.multitenancyEnabled()).isTrue();
    assertThat(config.http().listen().port()).isEqualTo(3100);
    assertThat(config.log()).isEqualTo(new TempoConfig.Log(LogLevel.WARN, LogFormat.JSON));
    assertThat(config.receivers().otlpGrpc().orElseThrow())
        .isEqualTo(new TempoConfig.Otlp(new HostPort("::", 4317), 32 << 20, Optional.empty()));
    assertThat(config.receivers().otlpHttp().orElseThrow())
        .isEqualTo(
            new TempoConfig.Otlp(
                new HostPort("0.0.0.0", 4318),
                20 << 20,
                Optional.of(new TempoConfig.Cors(List.of("*"), List.of(), Duration.ZERO))));
    assertThat(config.heads())
        .isEqualTo(new TempoConfig.Heads(Duration.ofMinutes(5), 1_000_000_000));
    assertThat(config.storage().backend()).isEqualTo(Backend.S3);
    assertThat(config.storage().s3().secretKey().reveal()).isEqualTo("supersecret");
    assertThat(config.storage().s3().partSizeBytes()).isEqualTo(8 << 20);
    assertThat(config.queries().defaultLimit()).isEqualTo(50);
    assertThat(config.queries().maxSearchRange()).isEqualTo(Duration.ofHours(72));
    assertThat(config.queries().searchTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(loaded.warnings()).hasSize(1);
    assertThat(loaded.warnings().getFirst())
        .startsWith("these keys are accepted but have no effect: ")
        .contains("compactor (line ", "metrics_generator (line ", "storage.trace.pool (line ")
        .contains("distributor.receivers.jaeger (line ", "ingester.lifecycler (line ");
  }

  @Test
  void overridesCountAsFarAsTheyMeanSomething() throws ConfigException {
    ConfigLoader.Loaded loaded =
        ConfigLoader.parse(
            "tempo.yaml",
            """
            overrides:
              defaults:
                ingestion: {max_traces_per_user: 5}
                read: {max_bytes_per_tag_values_query: 5_000_000, max_search_duration: 1h}
            """);

    assertThat(loaded.config().queries().maxTagBytes()).isEqualTo(5_000_000);
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .contains("overrides.defaults.ingestion (line 3)")
        .contains("overrides.defaults.read.max_search_duration (line 4)");
    assertThat(EffectiveConfig.toYaml(loaded.config()))
        .contains("max_bytes_per_tag_values_query: 5000000");
  }

  static Stream<Arguments> wrongConfigurations() {
    return Stream.of(
        Arguments.of(
            "server:\n  http_listen_prt: 1",
            "tempo.yaml:2:3: unknown key 'http_listen_prt' in section server; the nearest known key"
                + " is 'http_listen_port'"),
        Arguments.of(
            "sever:\n  http_listen_port: 1",
            "tempo.yaml:1:1: unknown key 'sever'; the nearest known key is 'server'"),
        Arguments.of(
            "http_listen_port: 1",
            "tempo.yaml:1:1: unknown key 'http_listen_port'; did you mean"
                + " 'server.http_listen_port'?"),
        Arguments.of(
            "target: all\ntarget: all",
            "tempo.yaml:2:1: duplicate key 'target', first given in line 1"),
        Arguments.of(
            "server:\n  log_level: loud",
            "tempo.yaml:2:14: 'server.log_level': expected one of debug, info, warn, error, got"
                + " 'loud'"),
        Arguments.of(
            "server:\n  http_listen_port: http",
            "tempo.yaml:2:21: 'server.http_listen_port': expected a whole number, got 'http'"),
        Arguments.of(
            "server:\n  http_listen_port: 70000",
            "tempo.yaml:2:21: 'server.http_listen_port': must be within 0 and 65535, got 70000"),
        Arguments.of("server: [1]", "tempo.yaml:1:9: 'server' must be a mapping of keys to values"),
        Arguments.of("- a", "tempo.yaml:1:1: the configuration must be a mapping of keys"),
        Arguments.of(
            "server:\n  http_listen_port: [1]",
            "tempo.yaml:2:21: 'server.http_listen_port' must be a single value"),
        Arguments.of(
            "multitenancy_enabled: maybe",
            "'multitenancy_enabled': expected true or false, got 'maybe'"),
        Arguments.of(
            "ingester: {max_block_duration: 5 minutes}",
            "'ingester.max_block_duration': expected a duration such as 30s, 1h30m or 100ms, got '5"
                + " minutes'"),
        Arguments.of(
            "ingester: {max_block_duration: -5}",
            "tempo.yaml:1:32: 'ingester.max_block_duration': must not be negative, got -5"),
        Arguments.of(
            "ingester: {max_block_bytes: -1}",
            "'ingester.max_block_bytes': must be at least 1048576, got -1"),
        Arguments.of(
            "ingester: {max_block_bytes: 1e30}",
            "'ingester.max_block_bytes': expected a whole number within -9223372036854775808 and"),
        Arguments.of(
            "server: {cors: {allowed_origins: [{a: b}]}}",
            "tempo.yaml:1:35: 'server.cors.allowed_origins' must be a list of single values"),
        Arguments.of(
            "storage: {trace: {s3: {tls_min_version: VersionTLS13}}}",
            "'storage.trace.s3.tls_min_version': is not supported: TLS 1.2 and 1.3 are spoken"),
        Arguments.of(
            "ingester: {max_block_bytes: lots}",
            "'ingester.max_block_bytes': expected a size in bytes such as 1048576, 500MB or 1GiB"),
        Arguments.of("target: querier", "'target': target 'querier' is not supported"),
        Arguments.of("target: everything", "'target': unknown target 'everything', expected 'all'"),
        Arguments.of(
            "storage: {trace: {backend: gcs}}",
            "'storage.trace.backend': 'gcs' is not supported, use local or s3"),
        Arguments.of(
            "storage: {trace: {backend: s3}}",
            "'storage.trace.s3.bucket': must be set with backend s3"),
        Arguments.of(
            "storage: {trace: {backend: s3, s3: {bucket: b, access_key: k}}}",
            "'storage.trace.s3.secret_key': access_key and secret_key must be set together"),
        Arguments.of(
            "storage: {trace: {s3: {sse: {type: SSE-S3}}}}",
            "'storage.trace.s3.sse' is not supported: encryption must not be dropped silently"),
        Arguments.of(
            "server: {http_tls_config: {cert_file: a, key_file: b}}",
            "'server.http_tls_config' is not supported: TLS must not be dropped silently"),
        Arguments.of(
            "distributor: {receivers: {otlp: {protocols: {grpc: {tls: {cert_file: a}}}}}}",
            "'distributor.receivers.otlp.protocols.grpc.tls' is not supported"),
        Arguments.of(
            "distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: nowhere}}}}}",
            "expected host:port, got 'nowhere'"),
        Arguments.of(
            "distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: '::1:4317'}}}}}",
            "an IPv6 address needs brackets, as in [::1]:4317, got '::1:4317'"),
        Arguments.of(
            "distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: 'http://tempo:4317'}}}}}",
            "expected host:port without a scheme or anything else, got 'http://tempo:4317'"),
        Arguments.of(
            "distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: 'a b:4317'}}}}}",
            "expected host:port without a scheme or anything else, got 'a b:4317'"),
        Arguments.of(
            "distributor: {receivers: {otlp: {protocols: {grcp: }}}}",
            "unknown key 'grcp' in section distributor.receivers.otlp.protocols; the nearest known"
                + " key is 'grpc'"),
        Arguments.of(
            "storage: {trace: {wal: {fsync: sometimes}}}",
            "'storage.trace.wal.fsync': expected one of always, interval, never, got 'sometimes'"),
        Arguments.of(
            "storage: {trace: {wal: {fsync_interval: 0s}}}",
            "'storage.trace.wal.fsync_interval': must be positive"),
        Arguments.of(
            "http_api_prefix: tempo",
            "'http_api_prefix': expected a path that begins with '/', such as /tempo, got 'tempo'"),
        Arguments.of("http_api_prefix: '/{x}'", "such as /tempo, got '/{x}'"),
        Arguments.of("server:\n\thttp_listen_port: 1", "tempo.yaml:2:1: found character '\\t"),
        Arguments.of("a: b: c", "tempo.yaml:1:5: mapping values are not allowed here"),
        Arguments.of("a: 1\n---\nb: 2", "tempo.yaml:2:1: but found another document"));
  }

  @ParameterizedTest
  @MethodSource("wrongConfigurations")
  void wrongConfigurationNamesPlaceAndCause(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  /** Go's YAML reads all of these; so do people's files. */
  @ParameterizedTest
  @CsvSource({
    "1_000_000, 1000000",
    "+7, 7",
    "0x1F, 31",
    "0o17, 15",
    "017, 15",
    "08, 8",
    "0b1_1, 3",
    "1e6, 1000000",
    "2.0, 2",
    "1.9, 1",
    "0, 0",
    "'12', 12"
  })
  void numbersHaveTheFormsOfGo(String text, int value) throws ConfigException {
    assertThat(
            parse("query_frontend: {search: {max_result_limit: " + text + "}}")
                .queries()
                .maxLimit())
        .isEqualTo(value);
    assertThat(
            parse("overrides: {defaults: {read: {max_bytes_per_tag_values_query: " + text + "}}}")
                .queries()
                .maxTagBytes())
        .isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"63KiB1023B, 65535", "1.5MiB, 1572864", "1_000KB, 1000000", "2 GiB, 2147483648"})
  void sizesHaveUnits(String text, long bytes) throws ConfigException {
    assertThat(
            parse("overrides: {defaults: {read: {max_bytes_per_tag_values_query: " + text + "}}}")
                .queries()
                .maxTagBytes())
        .isEqualTo(bytes);
  }

  /** What Tempo takes starts a server; it is said where less is possible here. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "query_frontend: {metrics: {max_intervals: 1_000_000}}|'query_frontend.metrics.max_intervals'"
            + " counts as 65536, got 1_000_000",
        "live_store: {max_block_bytes: 1000}|'live_store.max_block_bytes' counts as 1048576, got"
            + " 1000",
        "ingester: {max_block_duration: 1ms}|'ingester.max_block_duration' counts as 1s, got 1ms",
        "distributor: {receivers: {otlp: {protocols: {grpc: {max_recv_msg_size_mib: 2048}}}}}"
            + "|protocols.grpc.max_recv_msg_size_mib' counts as 1024, got 2048",
        "distributor: {receivers: {otlp: {protocols: {http: {max_request_body_size: 2147483648}}}}}"
            + "|protocols.http.max_request_body_size' counts as 1073741824, got 2147483648",
        "querier: {search: {query_timeout: 30}}|'querier.search.query_timeout' without a unit"
            + " counts nanoseconds, as in Tempo, got 30"
      })
  void valuesThatMeanSomethingElseAreSaid(String yaml, String warning) throws ConfigException {
    assertThat(ConfigLoader.parse("tempo.yaml", yaml).warnings())
        .filteredOn(text -> !text.startsWith("no OTLP receiver"))
        .singleElement()
        .asString()
        .startsWith("tempo.yaml:1:")
        .endsWith(warning);
  }

  @Test
  void nothingStandsForTheDefault() throws ConfigException {
    TempoConfig config =
        parse(
            """
            distributor:
              receivers:
                otlp:
                  protocols:
                    grpc: {max_recv_msg_size_mib: 0}
                    http: {max_request_body_size: 0}
            storage: {trace: {backend: "", local: {path: ""}, wal: {path: ""}}}
            http_api_prefix: /tempo/
            """);

    assertThat(config.receivers().otlpGrpc().orElseThrow().maxRequestBytes()).isEqualTo(16 << 20);
    assertThat(config.receivers().otlpHttp().orElseThrow().maxRequestBytes()).isEqualTo(20 << 20);
    assertThat(config.storage().backend()).isEqualTo(Backend.LOCAL);
    assertThat(config.storage().localFolder()).isEqualTo(Path.of("/var/tempo/traces"));
    assertThat(config.wal().folder()).isEqualTo(Path.of("/var/tempo/wal"));
    assertThat(config.http().apiPrefix()).isEqualTo("/tempo");
  }

  @Test
  void originsMayBeListedInSeveralWays() throws ConfigException {
    TempoConfig config =
        parse(
            """
            server:
              cors: {allowed_origins: 'https://a.example, https://b.example', max_age: 7_200}
            distributor:
              receivers:
                otlp:
                  protocols:
                    http:
                      cors:
                        allowed_origins:
                        allowed_headers: [X-Scope-OrgID]
            """);

    assertThat(config.http().cors())
        .hasValue(
            new TempoConfig.Cors(
                List.of("https://a.example", "https://b.example"), List.of(), Duration.ofHours(2)));
    assertThat(config.receivers().otlpHttp().orElseThrow().cors()).isEmpty();
    assertThat(EffectiveConfig.toYaml(config))
        .contains("allowed_origins:\n    - https://a.example");
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    assertThatThrownBy(() -> parse("one: 1\nserver:\n  two: 2\n  http_listen_port: x"))
        .hasMessageContaining("tempo.yaml:1:1")
        .hasMessageContaining("tempo.yaml:3:3")
        .hasMessageContaining("tempo.yaml:4:21");
  }

  @Test
  void keysThatSwitchARefusedFeatureOffAreFine() throws ConfigException {
    TempoConfig config =
        parse("storage: {trace: {s3: {tls_insecure_skip_verify: false, tls_ca_path: ''}}}");

    assertThat(config.storage().backend()).isEqualTo(Backend.LOCAL);
  }

  @Test
  void anchorsAndMergeKeysWork() throws ConfigException {
    TempoConfig config =
        parse(
            """
            ingester: &block
              max_block_duration: 7m
            live_store:
              <<: *block
              max_block_bytes: 2MiB
            """);

    assertThat(config.heads()).isEqualTo(new TempoConfig.Heads(Duration.ofMinutes(7), 2 << 20));
  }

  @Test
  void receiverThatIsNotNamedIsOff() throws ConfigException {
    ConfigLoader.Loaded grpcOnly =
        ConfigLoader.parse("t", "distributor: {receivers: {otlp: {protocols: {grpc: }}}}");
    ConfigLoader.Loaded jaegerOnly =
        ConfigLoader.parse("t", "distributor: {receivers: {jaeger: {protocols: {grpc: }}}}");

    assertThat(grpcOnly.config().receivers().otlpGrpc()).isPresent();
    assertThat(grpcOnly.config().receivers().otlpHttp()).isEmpty();
    assertThat(jaegerOnly.config().receivers().otlpGrpc()).isEmpty();
    assertThat(jaegerOnly.warnings()).anyMatch(w -> w.startsWith("no OTLP receiver"));
  }

  @Test
  void environmentIsReplacedBeforeParsing() throws Exception {
    Path file = folder.resolve("tempo.yaml");
    Files.writeString(
        file,
        """
        storage:
          trace:
            backend: ${BACKEND:-s3}
            wal: {path: "${WAL:/wal}", fsync: ${FSYNC}}
            s3: {bucket: "${BUCKET}", prefix: "$${literal}${UNSET}"}
        """);
    Map<String, String> environment = Map.of("FSYNC", "always", "BUCKET", "b");

    ConfigLoader.Loaded loaded = ConfigLoader.expandedFile(file, environment::get);

    assertThat(loaded.config().wal().fsync()).isEqualTo(Fsync.ALWAYS);
    assertThat(loaded.config().wal().folder()).isEqualTo(Path.of("/wal"));
    assertThat(loaded.config().storage().backend()).isEqualTo(Backend.S3);
    assertThat(loaded.config().storage().s3().bucket()).isEqualTo("b");
    assertThat(loaded.config().storage().s3().prefix()).isEqualTo("${literal}");
    assertThat(loaded.warnings())
        .contains("environment variable UNSET is not set; it was replaced by nothing");
  }

  @Test
  void referencesThatNobodyReplacesAreSpokenOf() throws Exception {
    Path file = folder.resolve("tempo.yaml");
    Files.writeString(file, "server: {http_listen_port: '${PORT}'}\n");

    assertThatThrownBy(() -> ConfigLoader.file(file))
        .hasMessageContaining("expected a whole number, got '${PORT}'")
        .hasMessageEndingWith("\n${…} in the file is replaced only with -config.expand-env");
  }

  @Test
  void brokenReferencesNameTheLine() throws Exception {
    Path file = folder.resolve("tempo.yaml");
    Files.writeString(file, "target: all\nhttp_api_prefix: ${OPEN\n");
    Function<String, String> none = name -> null;

    assertThatThrownBy(() -> ConfigLoader.expandedFile(file, none))
        .hasMessageEndingWith("line 2: '${' is not closed by '}'");
    Files.writeString(file, "http_api_prefix: ${1 2}\n");
    assertThatThrownBy(() -> ConfigLoader.expandedFile(file, none))
        .hasMessageContaining("line 1: expected ${NAME}");
  }

  @Test
  void missingAndUnreadableFilesAreNamed() throws Exception {
    Path missing = folder.resolve("none.yaml");
    assertThatThrownBy(() -> ConfigLoader.file(missing))
        .hasMessage("configuration file " + missing + " does not exist");
    Path binary = folder.resolve("binary.yaml");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> ConfigLoader.file(binary))
        .hasMessage("configuration file " + binary + " is not UTF-8 text");
  }

  @Test
  void effectiveConfigurationHidesSecretsAndCanBeGivenAgain() throws ConfigException {
    TempoConfig config =
        parse(
            """
            storage:
              trace:
                backend: s3
                s3: {bucket: b, access_key: key, secret_key: hush, session_token: token}
            live_store: {max_block_duration: 90s}
            """);

    String yaml = EffectiveConfig.toYaml(config);

    assertThat(yaml).contains("secret_key: '********'").doesNotContain("hush", "token: token");
    ConfigLoader.Loaded again = ConfigLoader.parse("again.yaml", yaml);
    assertThat(again.warnings()).isEmpty();
    assertThat(EffectiveConfig.toYaml(again.config())).isEqualTo(yaml);
    assertThat(config.toString()).doesNotContain("hush");
  }
}
