package io.tempo4j.server.memory;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Path;

/** Blocks with as many columns and row groups as full ones have, but few spans. */
final class ManyBlocks {

  private static final int ROW_GROUPS = 12;
  private static final int COLUMNS = 60;

  private ManyBlocks() {}

  /** Writes {@code blocks} of them into a folder; returns what they hold together. */
  static Payload write(Path folder, int blocks, long startNanos) throws IOException {
    // A row group is a trace or more, and these are traces that no other payload has.
    Payload plain = Payload.plain(1, 1, COLUMNS, startNanos);
    Payload traces =
        new Payload(
            blocks * ROW_GROUPS,
            1,
            number -> plain.span().apply(-12 * (number + 1)),
            plain.tenant());
    try (TraceStore store =
        TraceStore.builder()
            .blocks(LocalObjectStore.open(folder))
            .withoutWal()
            .options(TraceStoreOptions.defaults().withRowGroupSpans(1))
            .open()) {
      for (int index = 0; index < traces.requests(); index++) {
        store.append(new TenantId(Payload.TENANT), traces.request(index));
        if ((index + 1) % ROW_GROUPS == 0) {
          store.flush();
        }
      }
    }
    return traces;
  }
}
