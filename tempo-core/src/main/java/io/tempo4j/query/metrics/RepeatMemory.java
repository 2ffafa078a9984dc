package io.tempo4j.query.metrics;

import io.tempo4j.column.SpanSource;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.query.scan.Selection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Remembers which spans of row groups other sources have, too, for as long as these sources are
 * used. Sources never change, so neither does that.
 *
 * <p>Thread-safe. Holds no source. Where its budget has no room, everything is forgotten and found
 * again.
 */
final class RepeatMemory {

  private static final Known NOTHING = new Known(new long[0], Map.of());

  private final ByteLease lease;
  private final Map<SpanSource, Groups> sources = new WeakHashMap<>();
  private long lastNumber;

  /** Remembers what {@code lease} has room for. */
  RepeatMemory(ByteLease lease) {
    this.lease = lease;
  }

  /**
   * What is known of a row group.
   *
   * @param numbers ascending, of the sources that it was compared with
   * @param repeats by number of a source, the rows that the source has, too; no entry for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed after construction
  record Known(long[] numbers, Map<Long, Selection> repeats) {

    boolean knows(long number) {
      return Arrays.binarySearch(numbers, number) >= 0;
    }

    private Known with(long[] more, Map<Long, Selection> found) {
      long[] all = Arrays.copyOf(numbers, numbers.length + more.length);
      System.arraycopy(more, 0, all, numbers.length, more.length);
      Arrays.sort(all);
      Map<Long, Selection> both = new HashMap<>(repeats);
      both.putAll(found);
      return new Known(all, Map.copyOf(both));
    }

    private long bytes() {
      long bytes = 64 + 8L * numbers.length;
      for (Selection rows : repeats.values()) {
        bytes += 96 + 8L * rows.words().length;
      }
      return bytes;
    }
  }

  /** The row groups of a source, of which something is known. */
  private record Groups(long number, Map<Integer, Known> known) {}

  /** A number that no other source has or had. */
  synchronized long numberOf(SpanSource source) {
    return groups(source).number;
  }

  synchronized Known of(SpanSource source, int group) {
    return groups(source).known.getOrDefault(group, NOTHING);
  }

  /** Adds that a row group was compared with other sources; returns all that is known of it. */
  synchronized Known learn(
      SpanSource source, int group, long[] numbers, Map<Long, Selection> found) {
    Known before = of(source, group);
    long[] more = Arrays.stream(numbers).filter(number -> !before.knows(number)).toArray();
    Known after = before.with(more, found);
    if (!lease.tryGrow(after.bytes() - before.bytes())) {
      forgetAll();
      if (!lease.tryGrow(after.bytes())) {
        return after;
      }
    }
    groups(source).known.put(group, after);
    return after;
  }

  private void forgetAll() {
    sources.values().forEach(groups -> groups.known.clear());
    lease.shrink(lease.bytes());
  }

  private Groups groups(SpanSource source) {
    return sources.computeIfAbsent(source, s -> new Groups(++lastNumber, new HashMap<>()));
  }
}
