package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.RandomRequests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A block of each format version, which every later release must read.
 *
 * <p>They were written by {@link #main}; a new one is made for a new version of the format only,
 * into a folder of its own.
 */
class GoldenBlockTest {

  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final Table[] GROUP_TABLES = {Table.TRACE, Table.SPAN, Table.EVENT, Table.LINK};

  private static Head head() throws Exception {
    Head head = new Head("golden", 25);
    RandomRequests random = new RandomRequests(2026);
    for (int i = 0; i < 5; i++) {
      byte[] bytes = random.next().toByteArray();
      head.append(bytes, 0, bytes.length);
    }
    return head;
  }

  /** Writes the block below the folder {@code args[0]}. */
  public static void main(String[] args) throws Exception {
    try (ObjectStore store = LocalObjectStore.open(Path.of(args[0]))) {
      BlockWriter.write(
          store,
          TenantId.SINGLE,
          ID,
          head().viewForWriting(),
          Instant.parse("2026-11-22T10:00:00Z"));
    }
  }

  @Test
  void readsVersionOne() throws Exception {
    reads("/golden/block-v1/", List.of("data", "index", "filter", "meta.json"));
  }

  @Test
  void readsVersionTwo() throws Exception {
    reads("/golden/block-v2/", List.of("data", "index", "meta.json"));
  }

  private static void reads(String folder, List<String> files) throws Exception {
    InMemoryObjectStore store = new InMemoryObjectStore();
    for (String file : files) {
      try (InputStream in = GoldenBlockTest.class.getResourceAsStream(folder + file)) {
        byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
        store.put(TenantId.SINGLE + "/" + ID + "/" + file, ObjectBody.of(bytes));
      }
    }
    BlockMeta meta = BlockReader.readMeta(store, TenantId.SINGLE, ID);
    BlockReader golden = BlockReader.open(store, meta, new BlockCache(0));
    SpanSource expected = head().view();
    assertThat(golden.rowGroups()).hasSameSizeAs(expected.rowGroups());
    for (int i = 0; i < expected.rowGroups().size(); i++) {
      for (Table table : GROUP_TABLES) {
        assertSame(
            expected.rowGroups().get(i).table(table), golden.rowGroups().get(i).table(table));
      }
    }
    assertSame(expected.table(Table.RESOURCE), golden.table(Table.RESOURCE));
    assertSame(expected.table(Table.SCOPE), golden.table(Table.SCOPE));
    golden.readAll();
    for (ByteString id : new RandomRequests(2026).traceIds()) {
      ByteBuffer bytes = id.asReadOnlyByteBuffer();
      TraceId trace = new TraceId(bytes.getLong(), bytes.getLong());
      assertThat(golden.findTrace(trace)).isEqualTo(expected.findTrace(trace));
    }
  }

  private static void assertSame(ColumnSet expected, ColumnSet found) throws IOException {
    assertThat(found.rowCount()).isEqualTo(expected.rowCount());
    assertThat(found.keys()).containsExactlyInAnyOrderElementsOf(expected.keys());
    for (ColumnKey key : expected.keys()) {
      assertThat(text(found.read(key))).as(key.toString()).isEqualTo(text(expected.read(key)));
    }
  }

  private static String text(Column column) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < column.size(); i++) {
      text.append(column.row(i)).append('=');
      switch (column) {
        case io.tempo4j.column.IntColumn ints -> text.append(ints.values()[i]);
        case io.tempo4j.column.LongColumn longs -> text.append(longs.values()[i]);
        case io.tempo4j.column.DoubleColumn doubles -> text.append(doubles.values()[i]);
        case io.tempo4j.column.BoolColumn bools -> text.append(bools.values()[i]);
        case StringColumn strings -> text.append(strings.dictionary().string(strings.code(i)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
