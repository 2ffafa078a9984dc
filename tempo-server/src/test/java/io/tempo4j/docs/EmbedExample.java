package io.tempo4j.docs;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.wal.SegmentedWal;
import io.tempo4j.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Path;

/** The example of the README, compiled and run by {@link ExamplesTest}. */
final class EmbedExample {

  // begin of the example
  static void storeAndSearch(Path folder, ExportTraceServiceRequest request) throws IOException {
    try (TraceStore store =
        TraceStore.builder()
            .folder(folder)
            .wal(SegmentedWal.open(folder.resolve("wal"), WalOptions.defaults()))
            .open()) {
      // Durable and searchable when this returns. OTLP bytes do as well as a message.
      store.append(TenantId.SINGLE, request);

      SearchRequest failures = new SearchRequest("{ status = error }", 0, Long.MAX_VALUE, 20, 3);
      for (TraceMatch match : store.search(TenantId.SINGLE, failures).traces()) {
        AssembledTrace trace = store.findTrace(TenantId.SINGLE, match.traceId());
        System.out.println(
            match.traceId().toHex()
                + " "
                + match.rootTraceName()
                + ", "
                + trace.spanCount()
                + " spans");
      }
    }
  }
  // end of the example
}
