package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryMemory;
import java.util.Arrays;
import java.util.Comparator;

/*
 * The idea is that of lossy counting (Manku, Motwani: Approximate Frequency Counts over Data
 * Streams, 2002): when memory is short, what was rare so far is dropped, and what is frequent
 * stays, for it was not rare. What is dropped is still counted, together, so that totals are exact.
 */
/**
 * Forgets values of a comparison. There may be as many values of an attribute as spans, such as ids
 * of requests, and few are shown.
 */
final class FrequentValues {

  /** What is noted of a group while it is decided whether its value is forgotten. */
  private static final long NOTE_BYTES = 64;

  private final SeriesPartial from;
  private final double[] totals;
  private final int[] valueOf;
  private final int[] partOf;
  private final int[] sizes;

  private FrequentValues(SeriesPartial from, QueryMemory memory) {
    this.from = from;
    memory.take(NOTE_BYTES * from.groups().size());
    totals = new double[from.groups().size()];
    valueOf = new int[totals.length];
    partOf = new int[totals.length];
    int[] sizeOf = new int[totals.length];
    LongIndex parts = new LongIndex(memory);
    int[] tuple = new int[CompareGroups.ARITY];
    for (int group = 0; group < totals.length; group++) {
      from.groups().tuple(group, tuple);
      valueOf[group] = tuple[2];
      partOf[group] = parts.numberOf((long) tuple[0] << 32 | tuple[1]);
      sizeOf[partOf[group]]++;
    }
    sizes = Arrays.copyOf(sizeOf, parts.size());
    from.cells().forEach((group, bucket, count, second, third) -> totals[group] += count);
  }

  /**
   * Copies a comparison without the rarest values of the attributes that have most.
   *
   * @param leastValues so many values of an attribute are kept in any case
   * @param maxBytes how much the copy should hold, about
   * @param into nothing yet, of the same function
   * @param memory whence the bytes are taken that are needed meanwhile
   */
  static void copy(
      SeriesPartial from, int leastValues, long maxBytes, SeriesPartial into, QueryMemory memory) {
    CountedMemory notes = new CountedMemory(memory);
    FrequentValues values = new FrequentValues(from, notes);
    long bytesPerValue = Math.max(1, from.heapBytes() / Math.max(1, values.totals.length));
    values.copy(values.mostValues(leastValues, maxBytes / bytesPerValue), into);
    notes.release();
  }

  /** So many values of an attribute that there are about {@code allowed} of all attributes. */
  private int mostValues(int least, long allowed) {
    int most = Arrays.stream(sizes).max().orElse(0);
    while (most > least && kept(most) > allowed) {
      most = Math.max(least, most / 2);
    }
    return most;
  }

  private long kept(int most) {
    return Arrays.stream(sizes).mapToLong(size -> Math.min(size, most)).sum();
  }

  private void copy(int most, SeriesPartial into) {
    boolean[] isForgotten = forgotten(most);
    int[] numbers = new int[totals.length];
    int[] tuple = new int[CompareGroups.ARITY];
    for (int group = 0; group < numbers.length; group++) {
      from.groups().tuple(group, tuple);
      tuple[0] = isForgotten[group] ? CompareGroups.forgotten(tuple[0]) : tuple[0];
      tuple[1] = into.values().adopt(from.values(), tuple[1]);
      tuple[2] = isForgotten[group] ? ValuePool.NIL : into.values().adopt(from.values(), tuple[2]);
      numbers[group] = into.groups().numberOf(tuple);
    }
    into.cells().ensureGroups(into.groups().size());
    from.cells()
        .forEach((group, bucket, first, second, third) ->
            into.cells().merge(numbers[group], bucket, first, second, third, 1));
    from.exemplars()
        .forEach((group, traceHigh, traceLow, spanId, start, value) ->
            into.exemplars().offer(numbers[group], traceHigh, traceLow, spanId, start, value));
  }

  /** All but the {@code most} most frequent values of every attribute. */
  private boolean[] forgotten(int most) {
    Integer[] order = new Integer[totals.length];
    int count = 0;
    for (int group = 0; group < totals.length; group++) {
      if (sizes[partOf[group]] > most) {
        order[count++] = group;
      }
    }
    Arrays.sort(
        order,
        0,
        count,
        Comparator.<Integer>comparingInt(group -> partOf[group])
            .thenComparingDouble(group -> -totals[group])
            .thenComparing((a, b) -> from.values().compare(valueOf[a], valueOf[b])));
    boolean[] forgotten = new boolean[totals.length];
    int rank = 0;
    for (int i = 0; i < count; i++) {
      rank = i > 0 && partOf[order[i]] == partOf[order[i - 1]] ? rank + 1 : 0;
      forgotten[order[i]] = rank >= most;
    }
    return forgotten;
  }
}
