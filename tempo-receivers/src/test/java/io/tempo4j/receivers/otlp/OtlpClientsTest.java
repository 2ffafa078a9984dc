package io.tempo4j.receivers.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.RejectionReason;
import io.tempo4j.receivers.FakeIngest;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RecordingMetrics;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.TestServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real clients: exporters of the OpenTelemetry SDK, and a gRPC stub on grpc-java's own transport.
 */
final class OtlpClientsTest {

  private static TestServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void grpcExporterDeliversItsSpans(String compression) {
    exportAndCheck(
        OtlpGrpcSpanExporter.builder()
            .setEndpoint(server.grpcUri())
            .setCompression(compression)
            .setTimeout(Duration.ofSeconds(60))
            .build(),
        ReceiverTransport.OTLP_GRPC);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void httpExporterDeliversItsSpans(String compression) {
    exportAndCheck(
        OtlpHttpSpanExporter.builder()
            .setEndpoint(server.tracesUri().toString())
            .setCompression(compression)
            .setTimeout(Duration.ofSeconds(60))
            .build(),
        ReceiverTransport.OTLP_HTTP);
  }

  private static void exportAndCheck(SpanExporter exporter, ReceiverTransport transport) {
    Resource resource =
        Resource.create(
            io.opentelemetry.api.common.Attributes.of(
                AttributeKey.stringKey("service.name"), "checkout"));
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(resource)
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter).setScheduleDelay(Duration.ofHours(1)).build())
            .build()) {
      Tracer tracer = provider.get("io.example", "1.2");
      for (int i = 0; i < 100; i++) {
        Span span =
            tracer
                .spanBuilder("GET /cart/" + i)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.response.status_code", 500L)
                .startSpan();
        span.addEvent("retry");
        span.setStatus(StatusCode.ERROR, "no stock");
        span.end();
      }
      assertThat(provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess()).isTrue();
    }
    FakeIngest.Received received = server.ingest().only();
    assertThat(received.tenant()).isEqualTo(TenantId.SINGLE);
    var spans = received.request().getResourceSpans(0).getScopeSpans(0).getSpansList();
    assertThat(spans)
        .hasSize(100)
        .allSatisfy(span -> {
          assertThat(span.getTraceId().size()).isEqualTo(16);
          assertThat(span.getEventsCount()).isEqualTo(1);
          assertThat(span.getStatus().getMessage()).isEqualTo("no stock");
        });
    assertThat(spans.get(42).getName()).isEqualTo("GET /cart/42");
    assertThat(received.request().getResourceSpans(0).getResource().getAttributesList())
        .anySatisfy(a -> assertThat(a.getValue().getStringValue()).isEqualTo("checkout"));
    assertThat(server.metrics().spans())
        .containsExactly(
            new RecordingMetrics.Spans(
                transport, TenantId.SINGLE, 100, 0, received.bytes().length));
    assertThat(server.metrics().requests())
        .extracting(RecordingMetrics.Request::outcome)
        .containsExactly(RequestOutcome.ACCEPTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void stubGetsAnEmptyResponse(String compression) {
    ExportTraceServiceRequest request = Requests.spans(3);
    ExportTraceServiceResponse response =
        TraceServiceGrpc.newBlockingStub(channel).withCompression(compression).export(request);
    assertThat(response).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    assertThat(response.hasPartialSuccess()).isFalse();
    assertThat(server.ingest().only().request()).isEqualTo(request);
  }

  @Test
  void stubGetsPartialSuccessWithTheTrueCount() {
    server
        .ingest()
        .react(request ->
            new AppendResult(
                2,
                Map.of(RejectionReason.INVALID_SPAN_ID, 1),
                "1 span: id is 7 bytes long, not 8"));
    ExportTraceServiceResponse response =
        TraceServiceGrpc.newBlockingStub(channel).export(Requests.spans(3));
    assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
    assertThat(response.getPartialSuccess().getErrorMessage())
        .isEqualTo("1 span: id is 7 bytes long, not 8");
    assertThat(server.metrics().spans())
        .singleElement()
        .satisfies(counted -> {
          assertThat(counted.accepted()).isEqualTo(2);
          assertThat(counted.refused()).isEqualTo(1);
        });
    assertThat(server.metrics().requests())
        .extracting(RecordingMetrics.Request::outcome)
        .containsExactly(RequestOutcome.PARTIAL);
  }

  @Test
  void emptyRequestSucceeds() {
    assertThat(
            TraceServiceGrpc.newBlockingStub(channel)
                .export(ExportTraceServiceRequest.getDefaultInstance()))
        .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
  }

  @Test
  void largeMessagesArriveWhole() {
    ExportTraceServiceRequest request = Requests.ofBytes(3 << 20);
    TraceServiceGrpc.newBlockingStub(channel).export(request);
    assertThat(server.ingest().only().request()).isEqualTo(request);
  }

  @Test
  void manyCallsShareAConnection() {
    var stub = TraceServiceGrpc.newFutureStub(channel);
    var calls =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(i -> stub.export(Requests.spans(1 + i % 7)))
            .toList();
    calls.forEach(call ->
        assertThat(com.google.common.util.concurrent.Futures.getUnchecked(call)).isNotNull());
    assertThat(server.ingest().received()).hasSize(200);
  }

  @Test
  void tenantHeaderIsIgnoredWithoutMultiTenancy() {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER), "team-a");
    TraceServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
        .export(Requests.spans(1));
    assertThat(server.ingest().only().tenant()).isEqualTo(TenantId.SINGLE);
  }
}
