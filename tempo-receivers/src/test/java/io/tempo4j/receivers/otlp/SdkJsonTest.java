package io.tempo4j.receivers.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The OpenTelemetry SDK writes the same spans as JSON and as protobuf: both must read alike. */
final class SdkJsonTest {

  @Test
  void jsonOfTheSdkIsItsProtobuf() throws Exception {
    TraceRequestMarshaler spans = TraceRequestMarshaler.create(spans());
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    spans.writeJsonTo(json);
    ByteArrayOutputStream protobuf = new ByteArrayOutputStream();
    spans.writeBinaryTo(protobuf);

    ExportTraceServiceRequest expected =
        ExportTraceServiceRequest.parseFrom(protobuf.toByteArray());
    assertThat(expected.getResourceSpans(0).getScopeSpans(0).getSpansCount()).isEqualTo(2);
    assertThat(ExportTraceServiceRequest.parseFrom(OtlpJsonTest.convert(json.toByteArray())))
        .isEqualTo(expected);
  }

  private static List<SpanData> spans() {
    List<SpanData> ended = new CopyOnWriteArrayList<>();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new Collecting(ended)))
            .build()) {
      var tracer = provider.tracerBuilder("io.example").setSchemaUrl("https://schema").build();
      Span parent =
          tracer
              .spanBuilder("parent \"é\" \ud83d\ude00")
              .setSpanKind(SpanKind.CLIENT)
              .setAttribute("long", Long.MIN_VALUE)
              .setAttribute("double", 0.1)
              .setAttribute("bool", true)
              .setAttribute(AttributeKey.stringArrayKey("strings"), List.of("a", ""))
              .setAttribute(AttributeKey.longArrayKey("longs"), List.of(1L, Long.MAX_VALUE))
              .startSpan();
      parent.addEvent("event", Attributes.of(AttributeKey.stringKey("k"), "v"));
      Span child =
          tracer
              .spanBuilder("child")
              .setParent(Context.root().with(parent))
              .addLink(
                  SpanContext.createFromRemoteParent(
                      "5b8efff798038103d269b633813fc60c",
                      "eee19b7ec3c1b174",
                      TraceFlags.getSampled(),
                      TraceState.builder().put("vendor", "state").build()))
              .startSpan();
      child.setStatus(StatusCode.ERROR, "broken");
      child.end();
      parent.end();
    }
    return ended;
  }

  private record Collecting(List<SpanData> ended) implements SpanExporter {
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
}
