package io.tempo4j.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.block.BlockReader;
import io.tempo4j.column.ByteSource;
import io.tempo4j.column.ChunkReader;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Hash64;
import io.tempo4j.column.StringColumn;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.format.PlainBlock.Cell;
import io.tempo4j.format.PlainBlock.Table;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.testkit.RandomRequests;
import io.tempo4j.testkit.SpanSets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Reads blocks by a second reader that was written from the format pages alone and shares nothing
 * with the first but XXH64: what the pages say is enough, and true.
 */
class FormatPagesTest {

  private static final UUID GOLDEN = UUID.fromString("00000000-0000-4000-8000-000000000001");

  @Test
  void goldenBlocksAreReadByTheirPages() throws Exception {
    List<ExportTraceServiceRequest> sent = new ArrayList<>();
    RandomRequests random = new RandomRequests(2026);
    for (int i = 0; i < 5; i++) {
      sent.add(random.next());
    }

    PlainBlock one =
        PlainBlock.one(
            GOLDEN,
            golden("block-v1/meta.json"),
            golden("block-v1/data"),
            golden("block-v1/index"),
            golden("block-v1/filter"));
    PlainBlock two =
        PlainBlock.two(
            GOLDEN,
            golden("block-v2/meta.json"),
            golden("block-v2/data"),
            golden("block-v2/index"));

    for (PlainBlock block : List.of(one, two)) {
      assertThat(SpanSets.of(List.of(PlainTraces.of(block)))).isEqualTo(SpanSets.of(sent));
      assertThatFiltersKnow(block);
    }
  }

  /** {@code GoldenChunksTest} states what the first reader makes of the same chunks. */
  @Test
  void goldenChunksAreReadByTheirPage() throws Exception {
    int chunks = 0;
    for (String line : new String(golden("chunks-v1.txt"), StandardCharsets.UTF_8).split("\n")) {
      String name = line.substring(0, line.indexOf('\t'));
      if (!name.startsWith("filter")) {
        byte[] chunk = HexFormat.of().parseHex(line.substring(name.length() + 1));
        int count = name.endsWith("none") ? 0 : 200;
        assertThat(
                PlainChunk.read(chunk, 0, chunk.length, count).stream().map(FormatPagesTest::text))
            .as(name)
            .containsExactlyElementsOf(values(chunk, count));
        chunks++;
      }
    }
    assertThat(chunks).isGreaterThan(30);
  }

  private static String text(Object value) {
    return value instanceof byte[] string ? HexFormat.of().formatHex(string) : value.toString();
  }

  private static List<String> values(byte[] chunk, int count) throws IOException {
    int length = chunk.length;
    IntFunction<Object> values =
        switch (chunk[0]) {
          case 1 -> {
            long[] longs =
                ChunkReader.longs(new ByteSource(chunk, 0, length, "", 0), count, null).values();
            yield i -> longs[i];
          }
          case 2 -> {
            int[] ints =
                ChunkReader.ints(new ByteSource(chunk, 0, length, "", 0), count, null).values();
            yield i -> ints[i];
          }
          case 3 -> {
            double[] doubles =
                ChunkReader.doubles(new ByteSource(chunk, 0, length, "", 0), count, null).values();
            yield i -> doubles[i];
          }
          case 4 -> {
            boolean[] flags =
                ChunkReader.booleans(new ByteSource(chunk, 0, length, "", 0), count, null).values();
            yield i -> flags[i];
          }
          default -> {
            StringColumn strings =
                ChunkReader.strings(new ByteSource(chunk, 0, length, "", 0), count, null);
            Dictionary entries = strings.dictionary();
            yield i -> {
              int from = entries.offset(strings.code(i));
              return Arrays.copyOfRange(
                  entries.bytes(strings.code(i)), from, from + entries.length(strings.code(i)));
            };
          }
        };
    return IntStream.range(0, count).mapToObj(values).map(FormatPagesTest::text).toList();
  }

  private static byte[] golden(String file) throws IOException {
    try (InputStream in = FormatPagesTest.class.getResourceAsStream("/golden/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }

  @Property(tries = 100)
  void everyBlockIsReadByItsPages(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int requests,
      @ForAll @IntRange(min = 1, max = 40) int rowGroupSpans)
      throws Exception {
    RandomRequests random = new RandomRequests(seed);
    InMemoryObjectStore objects = new InMemoryObjectStore();
    List<ExportTraceServiceRequest> sent = new ArrayList<>();
    UUID id = new UUID(seed, requests);
    try (TraceStore store =
        TraceStore.builder()
            .blocks(objects)
            .withoutWal()
            .blockIds(() -> id)
            .options(TraceStoreOptions.defaults().withRowGroupSpans(rowGroupSpans))
            .open()) {
      for (int i = 0; i < requests; i++) {
        sent.add(random.next());
        store.append(TenantId.SINGLE, sent.get(i));
      }
      store.flush();
      if (objects.list(ListRequest.all("")).objects().isEmpty()) {
        return; // requests without a span
      }

      String folder = TenantId.SINGLE + "/" + id + "/";
      PlainBlock block =
          PlainBlock.two(
              id,
              objects.get(BlockReader.metaKey(TenantId.SINGLE, id)),
              objects.get(folder + "data"),
              objects.get(folder + "index"));

      assertThat(SpanSets.of(List.of(PlainTraces.of(block)))).isEqualTo(SpanSets.of(sent));
      assertThatFiltersKnow(block);
    }
  }

  private static void assertThatFiltersKnow(PlainBlock block) {
    for (int group = 0; group < block.rowGroups().size(); group++) {
      for (List<Cell> trace : block.rows(block.rowGroups().get(group), Table.TRACE)) {
        long high = 0;
        long low = 0;
        for (Cell cell : trace) {
          high = cell.column().name().equals("idHigh") ? (long) cell.value() : high;
          low = cell.column().name().equals("idLow") ? (long) cell.value() : low;
        }
        assertThat(block.traceFilter().mayContain(Hash64.ofTraceId(high, low))).isTrue();
      }
      for (Table table : List.of(Table.SPAN, Table.EVENT, Table.LINK)) {
        for (List<Cell> row : block.rows(block.rowGroups().get(group), table)) {
          for (Cell cell : row) {
            assertThatFilterKnows(block, cell, group);
          }
        }
      }
    }
  }

  private static void assertThatFilterKnows(PlainBlock block, Cell cell, int group) {
    int type = cell.column().type();
    if (!cell.column().attribute() || type > 1) {
      return;
    }
    byte[] key = cell.column().name().getBytes(StandardCharsets.UTF_8);
    long seed =
        Hash64.ofBytes(key, 0, key.length, cell.column().table().ordinal() << 8 | 1 << 4 | type);
    long hash =
        cell.value() instanceof byte[] text
            ? Hash64.ofBytes(text, 0, text.length, seed)
            : Hash64.ofLong((long) cell.value(), seed);
    assertThat(block.valueFilter().mayContain(PlainFilter.key(hash, group)))
        .as("row group %d: %s", group, cell.column())
        .isTrue();
  }
}
