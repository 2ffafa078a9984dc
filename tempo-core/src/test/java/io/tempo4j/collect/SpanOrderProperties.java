package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SpanOrderProperties {

  private record Item(int trace, long start, long id, int kind, long duration, long content) {

    static final Comparator<Item> ORDER =
        Comparator.comparing(Item::trace)
            .thenComparing(Item::start, Long::compareUnsigned)
            .thenComparing(Item::id, Long::compareUnsigned)
            .thenComparing(Item::kind)
            .thenComparing(Item::duration, Long::compareUnsigned)
            .thenComparing(Item::content, Long::compareUnsigned);
  }

  private record Items(List<Item> items, List<Integer> asked)
      implements SpanOrder.Keys, SpanOrder.Contents {

    @Override
    public long start(int span) {
      return items.get(span).start;
    }

    @Override
    public long id(int span) {
      return items.get(span).id;
    }

    @Override
    public int kind(int span) {
      return items.get(span).kind;
    }

    @Override
    public long duration(int span) {
      return items.get(span).duration;
    }

    @Override
    public long[] digests(int[] spans) {
      long[] digests = new long[2 * spans.length];
      for (int i = 0; i < spans.length; i++) {
        assertThat(i == 0 || spans[i - 1] < spans[i]).as("ascending strictly").isTrue();
        asked.add(spans[i]);
        // one half or the other
        digests[2 * i] = items.get(spans[i]).content >> 1;
        digests[2 * i + 1] = items.get(spans[i]).content & 1;
      }
      return digests;
    }
  }

  private static List<Item> sorted(List<Item> items, int traces, List<Integer> asked)
      throws IOException {
    int[] offsets = new int[traces + 1];
    int[] spans = new int[items.size()];
    int count = 0;
    for (int trace = 0; trace < traces; trace++) {
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i).trace == trace) {
          spans[count++] = i;
        }
      }
      offsets[trace + 1] = count;
    }
    Items given = new Items(items, asked);
    SpanOrder.sort(spans, offsets, given, given);
    List<Item> sorted = new ArrayList<>();
    for (int trace = 0; trace < traces; trace++) {
      for (int i = offsets[trace]; i < offsets[trace + 1]; i++) {
        assertThat(items.get(spans[i]).trace).isEqualTo(trace);
        sorted.add(items.get(spans[i]));
      }
    }
    return sorted;
  }

  @Property(tries = 300)
  void everySpanStandsOnceInOrderHoweverTheyCame(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int count) throws Exception {
    Random random = new Random(seed);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(
          new Item(
              random.nextInt(4),
              random.nextInt(3) - 1,
              random.nextInt(3) - 1,
              random.nextInt(2),
              random.nextInt(2) - 1,
              random.nextInt(4)));
    }
    List<Item> expected = new ArrayList<>(new LinkedHashSet<>(items));
    expected.sort(Item.ORDER);

    assertThat(sorted(items, 4, new ArrayList<>())).isEqualTo(expected);
    Collections.shuffle(items, random);
    assertThat(sorted(items, 4, new ArrayList<>())).isEqualTo(expected);
  }

  @Test
  void contentIsAskedForWhereNothingElseTellsSpansApart() throws Exception {
    List<Integer> asked = new ArrayList<>();
    Item first = new Item(0, 1, 1, 1, 1, 1);
    Item second = new Item(0, 1, 1, 1, 2, 1);
    Item again = new Item(0, 1, 1, 1, 2, 1);
    Item ofAnotherTrace = new Item(1, 1, 1, 1, 2, 1);

    assertThat(sorted(List.of(first, second, again, ofAnotherTrace), 2, asked))
        .containsExactly(first, second, ofAnotherTrace);
    assertThat(asked).containsExactly(1, 2);
  }

  @Test
  void manyCopiesAreSettledInBatches() throws Exception {
    Item[] items = new Item[50_000];
    for (int i = 0; i < items.length; i++) {
      items[i] = new Item(0, i < 30_000 ? 1 : i / 2, 1, 1, 1, i % 3);
    }
    List<Item> expected = new ArrayList<>(new LinkedHashSet<>(Arrays.asList(items)));
    expected.sort(Item.ORDER);

    assertThat(sorted(Arrays.asList(items), 1, new ArrayList<>())).isEqualTo(expected);
  }
}
