package io.tempo4j.server.memory;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Blocks with as many columns and row groups as full ones have, but few spans. */
final class ManyBlocks {

  private static final int ROW_GROUPS = 12;
  private static final int COLUMNS = 60;

  private ManyBlocks() {}

  /** Writes {@code blocks} of them into a folder; returns how many spans they hold together. */
  static int write(Path folder, int blocks, long startNanos) throws IOException {
    int spans = 0;
    try (TraceStore store =
        TraceStore.builder()
            .blocks(LocalObjectStore.open(folder))
            .withoutWal()
            .options(TraceStoreOptions.defaults().withRowGroupSpans(1))
            .open()) {
      TenantId tenant = new TenantId("single-tenant");
      for (int block = 0; block < blocks; block++) {
        // a row group is a trace or more
        Payload traces = new Payload.Plain(ROW_GROUPS, 1, COLUMNS, startNanos);
        for (int group = 0; group < ROW_GROUPS; group++) {
          long number = -1L - spans++;
          Span span =
              traces.spans(group).getFirst().toBuilder()
                  .setTraceId(Payload.traceIdBytes(number))
                  .build();
          store.append(tenant, Spans.request("storm", List.of(span)));
        }
        store.flush();
      }
    }
    return spans;
  }
}
