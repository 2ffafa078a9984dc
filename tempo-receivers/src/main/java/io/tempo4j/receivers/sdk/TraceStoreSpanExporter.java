package io.tempo4j.receivers.sdk;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.engine.SpanIngest;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.WireWriter;
import java.io.IOException;
import java.util.Collection;

/**
 * Hands the spans of an OpenTelemetry SDK to a store in the same process, without a network.
 *
 * <p>An export returns when the spans are durable under the store's policy, so it belongs behind a
 * {@code BatchSpanProcessor}. What the store cannot take at the moment fails the export: the SDK
 * drops such spans and counts them. Spans that the store refuses for good are logged.
 *
 * <p>Thread-safe.
 */
public final class TraceStoreSpanExporter implements SpanExporter {

  private static final System.Logger LOG = System.getLogger(TraceStoreSpanExporter.class.getName());

  /** What an ordinary span takes; the buffer grows beyond it. */
  private static final int SPAN_BYTES = 512;

  private static final int MAX_FIRST_BYTES = 1 << 20;

  private final SpanIngest store;
  private final TenantId tenant;

  /**
   * An exporter of spans of one tenant.
   *
   * @param store stays the caller's to close, after the SDK
   */
  public TraceStoreSpanExporter(SpanIngest store, TenantId tenant) {
    this.store = store;
    this.tenant = tenant;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    WireWriter request =
        new WireWriter((int) Math.min(MAX_FIRST_BYTES, (long) SPAN_BYTES * spans.size()));
    SpanDataWriter.write(spans, request);
    try {
      AppendResult result = store.append(tenant, request.array(), 0, request.size());
      if (result.rejectedSpans() > 0) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} of {1} spans were not stored: {2}",
            result.rejectedSpans(),
            spans.size(),
            result.message());
      }
      return CompletableResultCode.ofSuccess();
    } catch (IOException e) {
      return CompletableResultCode.ofExceptionalFailure(e);
    }
  }

  /** Nothing waits here: an export returns when its spans are stored. */
  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
