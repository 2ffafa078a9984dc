package io.tempo4j.receivers.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.engine.SpanIngest;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceStoreSpanExporterTest {

  private static final TenantId TENANT = new TenantId("shop");

  /** Spans with everything that an SDK can say. */
  private static List<SpanData> spans() {
    Collecting ended = new Collecting();
    Resource resource =
        Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "cart"), "https://r");
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSpanLimits(
                SpanLimits.builder()
                    .setMaxNumberOfAttributes(9)
                    .setMaxNumberOfEvents(1)
                    .setMaxNumberOfLinks(1)
                    .setMaxNumberOfAttributesPerEvent(1)
                    .setMaxNumberOfAttributesPerLink(1)
                    .build())
            .addSpanProcessor(SimpleSpanProcessor.create(ended))
            .build()) {
      Tracer tracer =
          provider
              .tracerBuilder("io.example")
              .setInstrumentationVersion("1.2")
              .setSchemaUrl("https://s")
              .build();
      Attributes two =
          Attributes.of(AttributeKey.stringKey("k"), "v", AttributeKey.longKey("n"), 5L);
      SpanContext remote =
          SpanContext.createFromRemoteParent(
              "5b8efff798038103d269b633813fc60c",
              "eee19b7ec3c1b174",
              TraceFlags.getSampled(),
              TraceState.builder().put("vendor", "state").put("b", "2").build());
      Span parent =
          tracer
              .spanBuilder("parent \"\u00e9\" \ud83d\ude00")
              .setParent(Context.root().with(Span.wrap(remote)))
              .setSpanKind(SpanKind.CLIENT)
              .setAttribute("long", Long.MIN_VALUE)
              .setAttribute("double", -0.0)
              .setAttribute("bool", false)
              .setAttribute("empty", "")
              .setAttribute(AttributeKey.stringArrayKey("strings"), List.of("a", ""))
              .setAttribute(AttributeKey.longArrayKey("longs"), List.of(0L, Long.MAX_VALUE))
              .setAttribute(AttributeKey.doubleArrayKey("doubles"), List.of(0.5))
              .setAttribute(AttributeKey.booleanArrayKey("bools"), List.of(true, false))
              .setAttribute(
                  AttributeKey.valueKey("map"),
                  Value.of(
                      KeyValue.of("bytes", Value.of(new byte[] {1, 2})),
                      KeyValue.of("list", Value.of(Value.of(1), Value.of("x"), Value.of(true))),
                      KeyValue.of("nested", Value.of(Map.of("d", Value.of(1.5)))),
                      KeyValue.of("nothing", Value.empty())))
              .setAttribute("dropped", "x")
              .addLink(remote, two)
              .addLink(remote)
              .startSpan();
      parent.addEvent("event", two);
      parent.addEvent("dropped");
      Span child = tracer.spanBuilder("child").setParent(Context.root().with(parent)).startSpan();
      child.setStatus(StatusCode.ERROR, "broken");
      child.end();
      parent.setStatus(StatusCode.OK);
      parent.end();
      provider.get("other").spanBuilder("root").setNoParent().startSpan().end();
    }
    return ended.spans;
  }

  @Test
  void writesWhatTheExporterOfTheSdkWrites() throws IOException {
    List<SpanData> spans = spans();
    Received store = new Received();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    TraceRequestMarshaler.create(spans).writeBinaryTo(expected);

    CompletableResultCode result = new TraceStoreSpanExporter(store, TENANT).export(spans);

    assertThat(result.isSuccess()).isTrue();
    assertThat(store.tenants).containsExactly(TENANT);
    assertThat(normal(store.requests.getFirst()))
        .isEqualTo(normal(ExportTraceServiceRequest.parseFrom(expected.toByteArray())));
  }

  /** The SDK groups by hash, so its order of scopes means nothing; nor does an empty status. */
  private static ExportTraceServiceRequest normal(ExportTraceServiceRequest request) {
    ExportTraceServiceRequest.Builder sorted = request.toBuilder();
    sorted
        .getResourceSpansBuilderList()
        .forEach(group -> {
          var scopes = new ArrayList<>(group.getScopeSpansList());
          scopes.sort((a, b) -> a.getScope().getName().compareTo(b.getScope().getName()));
          group.clearScopeSpans().addAllScopeSpans(scopes);
          group
              .getScopeSpansBuilderList()
              .forEach(scope ->
                  scope.getSpansBuilderList().forEach(span -> span.setStatus(span.getStatus())));
        });
    return sorted.build();
  }

  @Test
  void aRefusalFailsTheExport() {
    SpanIngest full =
        (tenant, buffer, offset, length) -> {
          throw new IOException("no space left");
        };

    CompletableResultCode result = new TraceStoreSpanExporter(full, TENANT).export(spans());

    assertThat(result.isSuccess()).isFalse();
    assertThat(result.getFailureThrowable()).hasMessage("no space left");
  }

  @Test
  void noSpansAreNoFailure() {
    Received store = new Received();

    assertThat(new TraceStoreSpanExporter(store, TENANT).export(List.of()).isSuccess()).isTrue();
  }

  @Test
  void takesSpansThatTheStoreRefusesForGood() {
    SpanIngest picky =
        (tenant, buffer, offset, length) ->
            new AppendResult(2, Map.of(RejectionReason.values()[0], 1), "one is no good");

    assertThat(new TraceStoreSpanExporter(picky, TENANT).export(spans()).isSuccess()).isTrue();
  }

  private static final class Received implements SpanIngest {
    private final List<TenantId> tenants = new ArrayList<>();
    private final List<ExportTraceServiceRequest> requests = new ArrayList<>();

    @Override
    public AppendResult append(TenantId tenant, byte[] buffer, int offset, int length)
        throws IOException {
      tenants.add(tenant);
      requests.add(
          ExportTraceServiceRequest.parseFrom(Arrays.copyOfRange(buffer, offset, offset + length)));
      return new AppendResult(1, Map.of(), "");
    }
  }

  private static final class Collecting implements SpanExporter {
    private final List<SpanData> spans = new ArrayList<>();

    @Override
    public synchronized CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
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
