package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.head.Head;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.model.UnsupportedFormatException;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.testkit.RandomRequests;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Blocks: written, read back, damaged. */
class BlockTest {

  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final Instant CREATED = Instant.parse("2026-11-22T10:00:00Z");
  private static final Table[] GROUP_TABLES = {Table.TRACE, Table.SPAN, Table.EVENT, Table.LINK};

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  private static Head head(long seed, int requests, int rowGroupSpans) throws Exception {
    Head head = new Head("test", rowGroupSpans);
    RandomRequests random = new RandomRequests(seed);
    for (int i = 0; i < requests; i++) {
      byte[] bytes = random.next().toByteArray();
      head.append(bytes, 0, bytes.length);
    }
    return head;
  }

  private BlockMeta write(Head head) throws IOException {
    return BlockWriter.write(store, TenantId.SINGLE, ID, head.viewForWriting(), CREATED);
  }

  private BlockReader open(BlockMeta meta) throws IOException {
    return BlockReader.open(store, meta, new BlockCache(1 << 20));
  }

  @Property(tries = 60)
  void aBlockHoldsWhatTheHeadHeld(@ForAll long seed) throws Exception {
    Head head = head(seed, 6, 1 + (int) (seed & 31));
    BlockMeta meta = write(head);
    assertThat(BlockReader.readMeta(store, TenantId.SINGLE, ID)).isEqualTo(meta);
    BlockReader block = open(meta);
    SpanSource view = head.view();
    assertThat(block.minStartNanos()).isEqualTo(meta.minStartNanos());
    assertThat(block.rowGroups()).hasSameSizeAs(view.rowGroups());
    for (int i = 0; i < block.rowGroups().size(); i++) {
      RowGroup expected = view.rowGroups().get(i);
      RowGroup found = block.rowGroups().get(i);
      RowGroup atOnce = found.readAtOnce();
      for (Table table : GROUP_TABLES) {
        assertSame(expected.table(table), found.table(table));
        assertSame(expected.table(table), atOnce.table(table));
      }
      assertThat(found.traceOffsets()).isEqualTo(expected.traceOffsets());
      assertThat(found.eventOffsets()).isEqualTo(expected.eventOffsets());
      assertThat(found.linkOffsets()).isEqualTo(expected.linkOffsets());
      assertThat(found.parentRows()).isEqualTo(expected.parentRows());
    }
    assertSame(view.table(Table.RESOURCE), block.table(Table.RESOURCE));
    assertSame(view.table(Table.SCOPE), block.table(Table.SCOPE));
    for (var id : new RandomRequests(seed).traceIds()) {
      var bytes = id.asReadOnlyByteBuffer();
      TraceId trace = new TraceId(bytes.getLong(), bytes.getLong());
      assertThat(block.findTrace(trace)).isEqualTo(view.findTrace(trace));
    }
  }

  /** Every column with a value in the rows is named, and what is read is the same. */
  @Property(tries = 40)
  void fewRowsHaveFewColumns(@ForAll long seed) throws Exception {
    BlockReader block = open(write(head(seed, 6, 20)));
    Random random = new Random(seed);
    for (RowGroup group : block.rowGroups()) {
      for (Table table : GROUP_TABLES) {
        ColumnSet columns = group.table(table);
        int from = random.nextInt(columns.rowCount() + 1);
        int to = from + random.nextInt(columns.rowCount() - from + 1);
        List<ColumnKey> within = group.readAtOnce().table(table).keysWithin(from, to);
        assertThat(within).isSortedAccordingTo(ColumnKey.BY_NAME).doesNotHaveDuplicates();
        for (ColumnKey key : columns.keys()) {
          int[] found =
              values(Objects.requireNonNull(columns.read(key))).keySet().stream()
                  .mapToInt(row -> row)
                  .filter(row -> row >= from && row < to)
                  .toArray();
          if (found.length > 0) {
            assertThat(within).contains(key);
          } else if (!key.equals(Fields.SPAN_PARENT_ID)) {
            assertThat(within).doesNotContain(key);
          }
        }
      }
    }
  }

  /** What is read for few rows has their values, and they are those of the whole column. */
  @Property(tries = 40)
  void fewRowsHaveTheValuesOfTheWholeColumn(@ForAll long seed) throws Exception {
    BlockReader block = open(write(head(seed, 6, 20)));
    Random random = new Random(seed);
    for (RowGroup group : block.rowGroups()) {
      for (Table table : GROUP_TABLES) {
        ColumnSet columns = group.table(table);
        for (ColumnKey key : columns.keys()) {
          int every = 5 + random.nextInt(10);
          int[] rows =
              IntStream.range(0, columns.rowCount()).filter(row -> row % every == 0).toArray();
          Column few = columns.readFew(key, rows, rows.length / 2);
          Map<Integer, Object> found = few == null ? Map.of() : values(few);
          Map<Integer, Object> all = values(Objects.requireNonNull(columns.read(key)));
          for (int i = 0; i < rows.length / 2; i++) {
            assertThat(found.get(rows[i])).as(key.toString()).isEqualTo(all.get(rows[i]));
          }
        }
      }
    }
  }

  @Test
  void whoeverComesAgainForFewRowsLeavesWholeColumnsBehind() throws Exception {
    Head head = new Head("test", 1_000);
    for (int i = 1; i <= 200; i++) {
      byte[] bytes =
          Spans.request(
                  Spans.span(new TraceId(i, i), i, 0)
                      .addAttributes(Spans.text("user.id", "user-" + i)))
              .toByteArray();
      head.append(bytes, 0, bytes.length);
    }
    BlockReader block = open(write(head));
    ColumnKey user = ColumnKey.attribute(Table.SPAN, "user.id", ValueType.STRING);
    RowGroup group = block.rowGroups().getFirst();
    int[] row = {7};
    List<Integer> sizes = new ArrayList<>();
    for (int reader = 0; reader < 6; reader++) {
      Column found = group.readAtOnce().table(Table.SPAN).readFew(user, row, 1);
      sizes.add(Objects.requireNonNull(found).size());
    }
    assertThat(sizes).containsExactly(1, 200, 200, 200, 200, 200);
    assertThat(group.table(Table.SPAN).readFew(user, row, 1))
        .as("cached")
        .isSameAs(group.table(Table.SPAN).read(user));
  }

  private static void assertSame(ColumnSet expected, ColumnSet found) throws IOException {
    assertThat(found.rowCount()).isEqualTo(expected.rowCount());
    assertThat(found.keys()).containsExactlyInAnyOrderElementsOf(expected.keys());
    for (ColumnKey key : expected.keys()) {
      assertThat(values(Objects.requireNonNull(found.read(key))))
          .as(key.toString())
          .isEqualTo(values(Objects.requireNonNull(expected.read(key))));
      assertThat(Objects.requireNonNull(found.zone(key)).valueCount())
          .isEqualTo(Objects.requireNonNull(expected.read(key)).size());
    }
  }

  private static Map<Integer, Object> values(Column column) {
    Map<Integer, Object> values = new HashMap<>();
    for (int i = 0; i < column.size(); i++) {
      Object value =
          switch (column) {
            case IntColumn ints -> ints.values()[i];
            case LongColumn longs -> longs.values()[i];
            case DoubleColumn doubles -> Double.doubleToRawLongBits(doubles.values()[i]);
            case BoolColumn bools -> bools.values()[i];
            case StringColumn strings ->
                new String(
                    strings.dictionary().bytes(strings.code(i)),
                    strings.dictionary().offset(strings.code(i)),
                    strings.dictionary().length(strings.code(i)),
                    StandardCharsets.ISO_8859_1);
          };
      values.put(column.row(i), value);
    }
    return values;
  }

  @Test
  void theSameSpansGiveTheSameBytes() throws Exception {
    write(head(5, 8, 40));
    Map<String, byte[]> first = objects();
    write(head(5, 8, 40));
    assertThat(objects()).containsExactlyInAnyOrderEntriesOf(first);
  }

  @Test
  void theValueFilterFindsEveryValueAndPrunesWhatIsNotThere() throws Exception {
    Head head = new Head("test", 10);
    for (int i = 1; i <= 200; i++) {
      byte[] bytes =
          Spans.request(
                  Spans.span(new TraceId(i, i), i, 0)
                      .addAttributes(Spans.text("user.id", "user-" + i))
                      .addAttributes(Spans.number("offset", 1000 + i)))
              .toByteArray();
      head.append(bytes, 0, bytes.length);
    }
    BlockReader block = open(write(head));
    assertThat(block.rowGroups()).hasSize(20);
    ColumnKey user = ColumnKey.attribute(Table.SPAN, "user.id", ValueType.STRING);
    ColumnKey offset = ColumnKey.attribute(Table.SPAN, "offset", ValueType.INT);
    int pruned = 0;
    for (int i = 1; i <= 200; i++) {
      int group = (i - 1) / 10;
      assertThat(block.mayContain(text(user, "user-" + i)).get(group)).isTrue();
      assertThat(block.mayContain(ColumnValue.ofLong(offset, 1000L + i)).get(group)).isTrue();
      pruned += 20 - block.mayContain(text(user, "nobody-" + i)).cardinality();
    }
    assertThat(pruned).isGreaterThan(3900); // of 4000; the filter errs in one of 256 cases
  }

  private static ColumnValue text(ColumnKey column, String text) {
    return ColumnValue.ofText(column, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void boundsOfABlockAreThoseOfItsRowGroupsTogether() throws Exception {
    Head head = new Head("test", 10);
    for (int i = 1; i <= 200; i++) {
      byte[] bytes =
          Spans.request(
                  Spans.span(new TraceId(i, i), i, 0)
                      .addAttributes(Spans.text("user.id", "user-" + (100 + i)))
                      .addAttributes(Spans.number("offset", 1000 - 7 * i)))
              .toByteArray();
      head.append(bytes, 0, bytes.length);
    }
    BlockReader block = open(write(head));
    assertThat(block.rowGroups()).hasSize(20);
    ZoneMap user = block.zone(ColumnKey.attribute(Table.SPAN, "user.id", ValueType.STRING));
    ZoneMap offset = block.zone(ColumnKey.attribute(Table.SPAN, "offset", ValueType.INT));
    assertThat(offset).isEqualTo(ZoneMap.ofLongs(200, 1000 - 7 * 200, 1000 - 7));
    assertThat(Objects.requireNonNull(user).minBytes()).asString().isEqualTo("user-101");
    assertThat(user.maxBytes()).asString().isEqualTo("user-300");
    assertThat(block.zone(ColumnKey.attribute(Table.SPAN, "user.id", ValueType.INT))).isNull();
  }

  @Test
  void everyFlippedByteIsFoundOrHarmless() throws Exception {
    BlockMeta meta = write(head(11, 4, 20));
    Map<String, byte[]> sound = objects();
    Random random = new Random(77);
    int detected = 0;
    int rounds = 600;
    for (int round = 0; round < rounds; round++) {
      List<String> keys = new ArrayList<>(sound.keySet());
      String victim = keys.get(round % keys.size());
      byte[] damaged = sound.get(victim).clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      store.put(victim, ObjectBody.of(damaged));
      try {
        readEverything(BlockReader.readMeta(store, TenantId.SINGLE, ID));
      } catch (CorruptBlockException | UnsupportedFormatException e) {
        assertThat(e.getMessage()).contains(ID.toString());
        detected++;
      }
      store.put(victim, ObjectBody.of(sound.get(victim)));
    }
    // two bytes of each header are reserved, and blanks around JSON carry nothing
    assertThat(detected).isGreaterThan(rounds * 9 / 10);
    readEverything(meta);
  }

  @Test
  void everyTruncationIsFound() throws Exception {
    BlockMeta meta = write(head(12, 3, 20));
    for (Map.Entry<String, byte[]> object : objects().entrySet()) {
      if (object.getKey().endsWith("meta.json")) {
        continue;
      }
      byte[] whole = object.getValue();
      for (int length : new int[] {0, 1, 27, 28, 29, whole.length / 2, whole.length - 1}) {
        store.put(object.getKey(), ObjectBody.of(whole, 0, length));
        assertThatThrownBy(() -> readEverything(meta))
            .as(object.getKey() + " cut to " + length)
            .isInstanceOf(CorruptBlockException.class);
      }
      store.put(object.getKey(), ObjectBody.of(whole));
    }
    readEverything(meta);
  }

  @Test
  void aBlockIsThreeObjects() throws Exception {
    BlockMeta meta = write(head(3, 4, 20));
    String folder = TenantId.SINGLE + "/" + ID + "/";
    assertThat(objects()).containsOnlyKeys(folder + "data", folder + "index", folder + "meta.json");
    assertThat(BlockReader.keys(meta)).containsExactlyInAnyOrderElementsOf(objects().keySet());
    assertThat(store.size(folder + "index")).isEqualTo(meta.filterBytes() + meta.indexBytes());
  }

  @Test
  void blocksOfVersionOneAreRead() throws Exception {
    Head head = head(4, 6, 20);
    write(head);
    BlockMeta meta = VersionOne.rewrite(store, TenantId.SINGLE, ID);
    assertThat(meta.version()).isEqualTo(1);
    assertThat(BlockReader.readMeta(store, TenantId.SINGLE, ID)).isEqualTo(meta);
    assertThat(BlockReader.keys(meta)).containsExactlyInAnyOrderElementsOf(objects().keySet());
    readEverything(meta);
    for (var id : new RandomRequests(4).traceIds()) {
      var bytes = id.asReadOnlyByteBuffer();
      TraceId trace = new TraceId(bytes.getLong(), bytes.getLong());
      assertThat(open(meta).findTrace(trace)).isEqualTo(head.view().findTrace(trace));
    }
    open(meta).readAll();
    store.delete(TenantId.SINGLE + "/" + ID + "/filter");
    assertThatThrownBy(() -> open(meta).readAll()).isInstanceOf(NoSuchObjectException.class);
  }

  @Test
  void anIndexLargerThanOneMayBeIsRefusedBeforeItIsRead() throws Exception {
    write(head(1, 1, 20));
    String key = BlockReader.metaKey(TenantId.SINGLE, ID);
    String json = new String(store.get(key), StandardCharsets.UTF_8);
    for (String bytes : List.of("2000000000", "\"-5\"")) {
      String changed = json.replaceFirst("\"indexBytes\": \\d+", "\"indexBytes\": " + bytes);
      int end = changed.indexOf(",\n  \"crc32c\"");
      CRC32C crc = new CRC32C();
      crc.update(changed.substring(0, end).getBytes(StandardCharsets.UTF_8));
      String signed =
          changed.replaceFirst("[0-9a-f]{8}\"\\s*}", "%08x\"}".formatted(crc.getValue()));
      store.put(key, ObjectBody.of(signed.getBytes(StandardCharsets.UTF_8)));
      assertThatThrownBy(() -> open(BlockReader.readMeta(store, TenantId.SINGLE, ID)))
          .isInstanceOf(CorruptBlockException.class)
          .hasMessageContaining(key);
    }
  }

  @Test
  void anInvisibleBlockIsNotThere() {
    assertThatThrownBy(() -> BlockReader.readMeta(store, TenantId.SINGLE, ID))
        .isInstanceOf(NoSuchObjectException.class);
  }

  @Test
  void aLaterVersionIsNamed() throws Exception {
    write(head(1, 1, 20));
    String key = BlockReader.metaKey(TenantId.SINGLE, ID);
    String json = new String(store.get(key), StandardCharsets.UTF_8);
    byte[] later =
        json.replace("\"version\": 2", "\"version\": 9").getBytes(StandardCharsets.UTF_8);
    store.put(key, ObjectBody.of(later));
    assertThatThrownBy(() -> BlockReader.readMeta(store, TenantId.SINGLE, ID))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("version 9");
  }

  private void readEverything(BlockMeta meta) throws IOException {
    BlockReader block = open(meta);
    List<ColumnSet> sets =
        new ArrayList<>(List.of(block.table(Table.RESOURCE), block.table(Table.SCOPE)));
    for (RowGroup group : block.rowGroups()) {
      group.traceOffsets();
      group.eventOffsets();
      group.linkOffsets();
      group.parentRows();
      Arrays.stream(GROUP_TABLES).map(group::table).forEach(sets::add);
    }
    for (ColumnSet set : sets) {
      for (ColumnKey key : set.keys()) {
        set.read(key);
      }
    }
    ColumnKey any = ColumnKey.attribute(Table.SPAN, "a", ValueType.STRING);
    block.mayContain(text(any, "b"));
    for (var id : new RandomRequests(11).traceIds()) {
      var bytes = id.asReadOnlyByteBuffer();
      block.findTrace(new TraceId(bytes.getLong(), bytes.getLong()));
    }
  }

  private Map<String, byte[]> objects() throws IOException {
    Map<String, byte[]> objects = new HashMap<>();
    for (ObjectSummary object : store.list(ListRequest.all("")).objects()) {
      objects.put(object.key(), store.get(object.key()));
    }
    return objects;
  }
}
