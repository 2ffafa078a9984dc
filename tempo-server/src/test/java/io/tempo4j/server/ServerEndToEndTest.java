package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tempo4j.model.TraceId;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.testkit.Spans;
import io.tempo4j.testkit.UnwritableFolder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server with real exporters. One server for all tests, started again in between once. */
class ServerEndToEndTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private static Path folder;

  private static TempoServer server;

  private record Sent(String traceId, String rootSpanId) {}

  @BeforeAll
  static void start() throws Exception {
    server = TempoServer.start(config(folder));
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  static TempoConfig config(Path data) throws ConfigException {
    return config(data, "");
  }

  /** As the other, with further keys of the section server. */
  static TempoConfig config(Path data, String serverKeys) throws ConfigException {
    return ConfigLoader.parse(
            "test.yaml",
            """
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0, KEYS}
            distributor:
              receivers:
                otlp:
                  protocols:
                    grpc: {endpoint: "127.0.0.1:0"}
                    http: {endpoint: "127.0.0.1:0"}
            storage:
              trace:
                local: {path: FOLDER/blocks}
                wal: {path: FOLDER/wal}
            """
                .replace("KEYS", serverKeys)
                .replace("FOLDER", data.toString()))
        .config();
  }

  private static HttpResponse<byte[]> get(String path, String accept) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(server.httpUrl().resolve(path))
            .header("Accept", accept)
            .timeout(Duration.ofSeconds(30))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static JsonNode json(String path) throws Exception {
    HttpResponse<byte[]> response = get(path, "application/json");
    assertThat(response.statusCode())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  private static JsonNode search(String query) throws Exception {
    return json("/api/search?limit=100&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
  }

  /** Sends a trace of two spans, the second one failed, and returns when it is acknowledged. */
  private static Sent send(SpanExporter exporter, String run) {
    List<SpanData> ended = new ArrayList<>();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Resource.builder().put("service.name", "shop").build())
            .addSpanProcessor(SimpleSpanProcessor.create(new Collector(ended)))
            .build()) {
      Tracer tracer = provider.get("end-to-end", "1.0");
      Span root =
          tracer
              .spanBuilder("GET /checkout")
              .setSpanKind(SpanKind.SERVER)
              .setAttribute("run", run)
              .startSpan();
      Span child = tracer.spanBuilder("SELECT").setParent(Context.root().with(root)).startSpan();
      child.setAttribute("rows", 3).setStatus(StatusCode.ERROR, "deadlock");
      child.addEvent("retried");
      child.end();
      root.end();
      CompletableResultCode result = exporter.export(ended).join(30, TimeUnit.SECONDS);
      assertThat(result.isSuccess()).isTrue();
      return new Sent(root.getSpanContext().getTraceId(), root.getSpanContext().getSpanId());
    } finally {
      exporter.shutdown().join(10, TimeUnit.SECONDS);
    }
  }

  /** Keeps spans so that the test decides when they are sent. */
  private record Collector(List<SpanData> ended) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      ended.addAll(spans);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private static SpanExporter overGrpc() {
    return OtlpGrpcSpanExporter.builder()
        .setEndpoint(server.otlpGrpcUrl().orElseThrow().toString())
        .setCompression("gzip")
        .build();
  }

  private static SpanExporter overHttp() {
    return OtlpHttpSpanExporter.builder()
        .setEndpoint(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces").toString())
        .build();
  }

  private static void assertFound(String run, Sent sent) throws Exception {
    JsonNode found = search("{ span.run = \"" + run + "\" }").path("traces");
    assertThat(found).hasSize(1);
    JsonNode trace = found.path(0);
    assertThat(trace.path("traceID").asText()).isEqualTo(sent.traceId().replaceFirst("^0+", ""));
    assertThat(trace.path("rootServiceName").asText()).isEqualTo("shop");
    assertThat(trace.path("rootTraceName").asText()).isEqualTo("GET /checkout");
    assertThat(trace.path("spanSets").path(0).path("spans").path(0).path("spanID").asText())
        .isEqualTo(sent.rootSpanId());
    assertThat(trace.path("serviceStats").path("shop"))
        .isEqualTo(MAPPER.readTree("{\"spanCount\":2,\"errorCount\":1}"));

    JsonNode version2 = json("/api/v2/traces/" + sent.traceId()).path("trace");
    JsonNode spans = version2.path("resourceSpans").path(0).path("scopeSpans").path(0);
    assertThat(spans.path("scope").path("name").asText()).isEqualTo("end-to-end");
    assertThat(spans.path("spans")).hasSize(2);
    TracesData protobuf =
        TracesData.parseFrom(get("/api/traces/" + sent.traceId(), "application/protobuf").body());
    assertThat(protobuf.getResourceSpans(0).getScopeSpans(0).getSpansList())
        .extracting(io.opentelemetry.proto.trace.v1.Span::getName)
        .containsExactlyInAnyOrder("GET /checkout", "SELECT");
  }

  @Test
  void spansOfRealExportersAreFoundAtOnceAndAfterRestarts() throws Exception {
    assertThat(get("/ready", "*/*").statusCode()).isEqualTo(200);

    Sent grpc = send(overGrpc(), "grpc");
    Sent http = send(overHttp(), "http");

    assertFound("grpc", grpc);
    assertFound("http", http);
    assertThat(search("{ status = error && .rows = 3 }").path("traces")).hasSize(2);

    assertThat(get("/flush", "*/*").statusCode()).isEqualTo(204);
    assertFound("grpc", grpc);
    Sent unflushed = send(overGrpc(), "unflushed");

    server.close();
    server = TempoServer.start(config(folder));

    assertFound("grpc", grpc);
    assertFound("http", http);
    assertFound("unflushed", unflushed);
    String metrics = new String(get("/metrics", "*/*").body(), StandardCharsets.UTF_8);
    assertThat(metrics)
        .contains("tempodb_blocklist_length 2.0", "jvm_memory_used_bytes", "tempo_build_info{");
  }

  /** 2.H: 131,072 bytes may come, and stand in the request's line. */
  @Test
  void longQueriesFitIntoTheRequest() throws Exception {
    String longest = "{ span.run = \"" + "\u00fc".repeat(65_000) + "\" }";

    assertThat(search(longest).path("traces")).isEmpty();
  }

  @Test
  void secondServerOnTheSameFolderIsRefused() throws Exception {
    TempoConfig same = config(folder);

    assertThatThrownBy(() -> TempoServer.start(same))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(folder.resolve("wal").toString())
        .hasMessageContaining("in use");
    assertThat(get("/ready", "*/*").statusCode()).isEqualTo(200);
  }

  @Test
  void portInUseIsNamed(@TempDir Path other) throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      TempoConfig config =
          ConfigLoader.parse(
                  "test.yaml",
                  "server: {http_listen_address: 127.0.0.1, http_listen_port: "
                      + taken.getLocalPort()
                      + "}\nstorage: {trace: {local: {path: "
                      + other
                      + "/b}, wal: {path: "
                      + other
                      + "/w}}}")
              .config();

      assertThatThrownBy(() -> TempoServer.start(config))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith(
              "cannot listen on 127.0.0.1:" + taken.getLocalPort() + " for the HTTP API: ")
          .hasMessageContaining("in use");
    }
  }

  @Test
  void folderThatCannotBeWrittenIsNamed(@TempDir Path other) throws Exception {
    Path file = Files.writeString(other.resolve("file"), "not a folder");
    TempoConfig config = config(file);

    assertThatThrownBy(() -> TempoServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void unwritableFolderIsNamed() throws Exception {
    TempoConfig config = config(UnwritableFolder.path());

    assertThatThrownBy(() -> TempoServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(UnwritableFolder.path().resolve("wal").toString());
  }

  @Test
  void unknownHostNameIsNamed(@TempDir Path other) throws Exception {
    TempoConfig config =
        ConfigLoader.parse(
                "test.yaml",
                "server: {http_listen_address: no.such.host.invalid}\nstorage: {trace: {wal: {path: "
                    + other
                    + "/w}}}")
            .config();

    assertThatThrownBy(() -> TempoServer.start(config))
        .hasMessage(
            "cannot listen on no.such.host.invalid:3200 for the HTTP API: the host name is"
                + " unknown");
  }

  @Test
  void spansWithBadIdsAreReportedAndTheOthersAreKept() throws Exception {
    TraceId traceId = new TraceId(0x51, 0x52);
    io.opentelemetry.proto.trace.v1.Span sound = Spans.span(traceId, 1, 0).build();
    io.opentelemetry.proto.trace.v1.Span shortId =
        sound.toBuilder().setSpanId(ByteString.copyFrom(new byte[7])).build();

    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Spans.request("ids", List.of(sound, shortId)).toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    ExportTracePartialSuccess partial =
        ExportTraceServiceResponse.parseFrom(response.body()).getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isEqualTo(1);
    assertThat(partial.getErrorMessage())
        .isEqualTo("span ids must be 64 bit, received 56 bits (1 spans)");
    assertThat(json("/api/v2/traces/" + traceId.toHex()).findValues("spanId")).hasSize(1);
  }

  @Test
  void malformedRequestsAreRefusedAndCounted() throws Exception {
    URI url = server.otlpHttpUrl().orElseThrow().resolve("/v1/traces");

    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {1, 2, 3}))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(400);
    String metrics = new String(get("/metrics", "*/*").body(), StandardCharsets.UTF_8);
    assertThat(metrics)
        .contains(
            "tempo_receiver_requests_total{outcome=\"invalid\",receiver=\"otlp\",transport=\"http\"}");
  }
}
