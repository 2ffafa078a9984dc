package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.EffectiveConfig;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Tempo prints as its configuration, all keys with their defaults, starts a server. */
class TempoDefaultsTest {

  @TempDir private Path folder;

  private String defaults() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(
            TempoDefaultsTest.class.getResourceAsStream("tempo-defaults.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int ready(TempoServer server) throws Exception {
    URI ready = server.httpUrl().resolve("/ready");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void allKeysOfTempoStartAServer() throws Exception {
    String yaml =
        defaults()
            .replace("/var/tempo", folder.toString())
            .replaceFirst("http_listen_port: 3200", "http_listen_port: 0")
            .replace(
                "receivers: {}",
                "receivers: {otlp: {protocols: {grpc: {endpoint: '127.0.0.1:0'}}}}");

    ConfigLoader.Loaded loaded = ConfigLoader.parse("tempo-defaults.yaml", yaml);

    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .startsWith("these keys are accepted but have no effect: ")
        .contains("memory (line ", "internal_server (line ", "server.cluster_validation (line ")
        .contains("live_store.block_reclaim_grace (line ", "querier.trace_by_id.external (line ");
    try (TempoServer server = TempoServer.start(loaded.config())) {
      assertThat(ready(server)).isEqualTo(200);
    }
  }

  /** As it is printed, too, without a place of its own on this machine. */
  @Test
  void theFileAsItIsCanBeUsed() throws Exception {
    ConfigLoader.Loaded loaded = ConfigLoader.parse("tempo-defaults.yaml", defaults());

    TempoServer.verify(loaded.config());
    assertThat(loaded.config().http().listen().port()).isEqualTo(3200);
    assertThat(loaded.config().receivers().otlpGrpc()).isPresent();
  }

  /** A file that can be verified can be run: bounds of what is below must not say otherwise. */
  @Test
  void theLargestValuesStartAServer() throws Exception {
    String yaml =
        """
        server:
          http_listen_address: 127.0.0.1
          http_listen_port: 0
          http_server_idle_timeout: 2562047h47m16.854775807s
          graceful_shutdown_timeout: 2562047h
          http_server_max_header_bytes: 1TiB
        distributor:
          receivers:
            otlp:
              protocols:
                grpc: {endpoint: "127.0.0.1:0", max_recv_msg_size_mib: 2047}
                http: {endpoint: "127.0.0.1:0", max_request_body_size: 2GiB}
        querier: {max_concurrent_queries: 1000000, search: {query_timeout: 2562047h}}
        query_frontend:
          max_outstanding_per_tenant: 9e18
          max_query_expression_size_bytes: 1TiB
          search: {default_result_limit: 9e18, max_result_limit: 9e18, max_duration: 2562047h}
          metrics: {max_duration: 2562047h, max_intervals: 9e18, max_exemplars: 9e18}
        live_store: {max_block_duration: 2562047h, max_block_bytes: 9e18}
        storage:
          trace:
            local: {path: FOLDER/blocks}
            wal: {path: FOLDER/wal, fsync_interval: 2562047h}
        """
            .replace("FOLDER", folder.toString());
    ConfigLoader.Loaded loaded = ConfigLoader.parse("tempo.yaml", yaml);

    try (TempoServer server = TempoServer.start(loaded.config())) {
      assertThat(ready(server)).isEqualTo(200);
    }
    String effective = EffectiveConfig.toYaml(loaded.config());
    assertThat(EffectiveConfig.toYaml(ConfigLoader.parse("again.yaml", effective).config()))
        .isEqualTo(effective);
  }
}
