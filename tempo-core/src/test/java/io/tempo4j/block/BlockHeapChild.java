package io.tempo4j.block;

import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.HeavySpans;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/** Fills a head and writes its block into a folder; says how many spans it has. */
final class BlockHeapChild {

  static final TenantId TENANT = new TenantId("t");
  static final UUID BLOCK = new UUID(1, 2);

  private BlockHeapChild() {}

  public static void main(String[] arguments) throws Exception {
    HeavySpans kind = HeavySpans.valueOf(arguments[0]);
    long bytes = Long.parseLong(arguments[2]);
    try (ObjectStore store = LocalObjectStore.open(Path.of(arguments[1]))) {
      Head head = new Head("head", 16_384);
      kind.send(bytes, request -> head.append(request, 0, request.length));
      BlockWriter.write(store, TENANT, BLOCK, head.viewForWriting(), Instant.EPOCH);
      System.out.println(head.spanCount());
    }
  }
}
