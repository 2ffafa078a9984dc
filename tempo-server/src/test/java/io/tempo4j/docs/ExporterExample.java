package io.tempo4j.docs;

import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.receivers.sdk.TraceStoreSpanExporter;

/** The example of docs/how-to/export-from-the-sdk.md. */
final class ExporterExample {

  private ExporterExample() {}

  static SdkTracerProvider sdk(TraceStore store) {
    // begin of the example
    SdkTracerProvider sdk =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                BatchSpanProcessor.builder(new TraceStoreSpanExporter(store, TenantId.SINGLE))
                    .build())
            .build();
    // end of the example
    return sdk;
  }
}
