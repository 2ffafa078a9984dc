package io.tempo4j.docs;

// begin of the example
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tempo4j.engine.SpanIngest;
import io.tempo4j.model.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;

/** Hands the spans of an OpenTelemetry SDK to a store in the same process, without a network. */
public final class TraceStoreSpanExporter implements SpanExporter {

  private final SpanIngest store;
  private final TenantId tenant;

  /** The store stays the caller's to close, after the SDK. */
  public TraceStoreSpanExporter(SpanIngest store, TenantId tenant) {
    this.store = store;
    this.tenant = tenant;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    try {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      TraceRequestMarshaler.create(spans).writeBinaryTo(message);
      store.append(tenant, message.toByteArray(), 0, message.size());
      return CompletableResultCode.ofSuccess();
    } catch (IOException e) {
      return CompletableResultCode.ofExceptionalFailure(e);
    }
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
// end of the example
