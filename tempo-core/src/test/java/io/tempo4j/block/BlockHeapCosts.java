package io.tempo4j.block;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.head.Head;
import io.tempo4j.head.HeadFullException;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.HeavySpans;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Measures in a heap of its own what {@link BlockHeapTest} holds to its bounds. */
final class BlockHeapCosts {

  private static final TenantId TENANT = new TenantId("t");
  private static final UUID BLOCK = new UUID(1, 2);
  private static final int OPENED = 2000;

  private BlockHeapCosts() {}

  /**
   * {@code closed BYTES}: prints what a closed block takes, written of so many bytes of requests.
   * {@code write KIND BYTES ROOM FOLDER}: writes a block with no more than ROOM bytes of heap left
   * beside what its source has and gives for a row group. {@code small ROOM FOLDER}: the same for a
   * head of almost 256 KiB.
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("closed")) {
      System.out.println(closedBytes(Long.parseLong(arguments[1])));
    } else if (arguments[0].equals("small")) {
      write(smallHead(), Long.parseLong(arguments[1]), Path.of(arguments[2]));
    } else {
      HeavySpans kind = HeavySpans.valueOf(arguments[1]);
      Head head = head(kind, Long.parseLong(arguments[2]));
      write(head, Long.parseLong(arguments[3]), Path.of(arguments[4]));
    }
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static Head head(HeavySpans kind, long bytes) throws IOException {
    Head head = new Head("head", 16_384);
    kind.send(bytes, request -> head.append(request, 0, request.length));
    return head;
  }

  private static long closedBytes(long bytes) throws IOException {
    ObjectStore store = new InMemoryObjectStore();
    BlockWriter.write(
        store, TENANT, BLOCK, head(HeavySpans.PLAIN, bytes).viewForWriting(), Instant.EPOCH);
    BlockCache cache =
        new BlockCache(ByteBudget.of("columns", 1 << 20), ByteBudget.of("indexes", 1));
    List<BlockReader> blocks = new ArrayList<>(OPENED + 1);
    blocks.add(open(store, cache));
    long before = used();
    for (int i = 0; i < OPENED; i++) {
      blocks.add(open(store, cache));
    }
    long after = used();
    Reference.reachabilityFence(blocks);
    return (after - before) / OPENED;
  }

  /** Each has its own meta, as if it were another block. */
  private static BlockReader open(ObjectStore store, BlockCache cache) throws IOException {
    return BlockReader.open(store, BlockReader.readMeta(store, TENANT, BLOCK), cache);
  }

  /** Its spans have as many keys as values, which costs most beside what is encoded. */
  private static Head smallHead() throws IOException {
    ByteLease lease = ByteBudget.of("a small head", 256 << 10).lease();
    Head head = new Head("head", 16_384, lease);
    for (int id = 1; ; id++) {
      Span.Builder span = Spans.span(new TraceId(1, id), id, 0);
      for (int i = 0; i < 10; i++) {
        span.addAttributes(Spans.text("key." + id + "." + i, "value " + id + " of " + i));
      }
      byte[] request = Spans.request(span).toByteArray();
      try {
        head.append(request, 0, request.length);
      } catch (HeadFullException e) {
        return head;
      }
    }
  }

  private static void write(Head head, long room, Path folder) throws IOException {
    try (ObjectStore store = LocalObjectStore.open(folder)) {
      SpanSource source = head.viewForWriting();
      // Once before, so that classes are loaded and what is shared is there.
      BlockWriter.write(store, TENANT, new UUID(1, 1), source, Instant.EPOCH);
      long group = groupBytes(source);
      List<byte[]> ballast = new ArrayList<>();
      long left = Runtime.getRuntime().maxMemory() - survivorBytes() - used() - group - room;
      for (; left > 0; left -= 1 << 16) {
        ballast.add(new byte[1 << 16]);
      }
      BlockWriter.write(store, TENANT, BLOCK, source, Instant.EPOCH);
      Reference.reachabilityFence(ballast);
    }
  }

  /** Of the two survivor spaces, which a collection that frees little leaves empty, the second. */
  private static long survivorBytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().contains("Survivor"))
        .mapToLong(pool -> pool.getUsage().getMax())
        .sum();
  }

  /** Heap of the columns of the largest row group, as the source gives them. */
  private static long groupBytes(SpanSource source) throws IOException {
    long most = 0;
    for (RowGroup group : source.rowGroups()) {
      long before = used();
      List<Column> columns = new ArrayList<>();
      for (Table table : new Table[] {Table.TRACE, Table.SPAN, Table.EVENT, Table.LINK}) {
        ColumnSet set = group.table(table);
        for (ColumnKey key : set.keys()) {
          columns.add(set.read(key));
        }
      }
      most = Math.max(most, used() - before);
      Reference.reachabilityFence(columns);
    }
    return most;
  }
}
