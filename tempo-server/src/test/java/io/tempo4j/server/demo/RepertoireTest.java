package io.tempo4j.server.demo;

import static io.tempo4j.server.demo.DemoClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.server.Main;
import io.tempo4j.server.shop.Repertoire;
import io.tempo4j.server.shop.ShopTraffic;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A query that finds nothing would rehearse little of what it is there for. */
class RepertoireTest {

  private static final long START_SECONDS = 1_700_000_000;
  private static final String RANGE = "&start=" + START_SECONDS + "&end=" + (START_SECONDS + 60);
  private static final int TRACES = 400;

  @TempDir private static Path folder;

  private static RehearsedServer server;
  private static DemoClient client;

  @BeforeAll
  static void start() throws Exception {
    server = RehearsedServer.start(folder, RehearsalTest.command(Main.class.getName()));
    client = server.client();
    ShopTraffic traffic = new ShopTraffic(1);
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int i = 0; i < TRACES; i++) {
      request.addAllResourceSpans(
          traffic.next((START_SECONDS * 1_000 + i) * 1_000_000).resourceSpans());
    }
    client.send(request.build());
    client.flush();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @MethodSource("searches")
  void everySearchFindsTraces(String query) throws Exception {
    assertThat(json("/api/search?q=" + encoded(query) + RANGE).path("traces")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void everyMetricHasSeries(String query) throws Exception {
    String parameters = "?q=" + encoded(query) + RANGE;

    assertThat(json("/api/metrics/query_range" + parameters + "&step=10").path("series"))
        .isNotEmpty();
    assertThat(json("/api/metrics/query" + parameters).path("series")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("tags")
  void everyTagHasValues(String tag) throws Exception {
    assertThat(json("/api/v2/search/tag/" + encoded(tag) + "/values?" + RANGE).path("tagValues"))
        .isNotEmpty();
  }

  static List<String> searches() {
    return Repertoire.SEARCHES;
  }

  static List<String> metrics() {
    return Repertoire.METRICS;
  }

  static List<String> tags() {
    return Repertoire.TAGS;
  }

  private static JsonNode json(String target) throws Exception {
    return new ObjectMapper().readTree(client.read(target, "application/json"));
  }
}
