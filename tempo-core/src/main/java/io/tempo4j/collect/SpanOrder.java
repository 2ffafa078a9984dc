package io.tempo4j.collect;

import java.io.IOException;
import java.util.Arrays;

/**
 * Puts the spans of traces in the order in which they count, and leaves out those that are there
 * twice.
 *
 * <p>Spans of a trace stand in the order of start, id, kind and duration, numbers unsigned but the
 * kind; what agrees in all of these stands in the order of the digests of its content. Spans with
 * the same digest are one span, of which the first that was given is kept. So the result does not
 * depend on the order in which spans came.
 *
 * <p>Stateless.
 */
/*
 * Nearly all spans differ in what they are ordered by. Content is asked for only where they do not,
 * for many such spans of many traces at a time, and so that memory is bounded by a batch.
 */
public final class SpanOrder {

  private static final int BATCH = 8192;
  private static final int DROPPED = -1;

  private SpanOrder() {}

  /** What spans are ordered by, by their numbers. */
  public interface Keys {
    /** Start, Unix nanoseconds, unsigned. */
    long start(int span);

    /** The span id. */
    long id(int span);

    /** The kind as OTLP numbers it. */
    int kind(int span);

    /** End minus start, wrapping. */
    long duration(int span);
  }

  /** Tells what spans contain. */
  @FunctionalInterface
  public interface Contents {
    /**
     * The digests of some spans: two numbers for each, which are equal only if the spans are.
     *
     * @param spans numbers of spans, ascending strictly
     */
    long[] digests(int[] spans) throws IOException;
  }

  /**
   * Sorts the spans of each trace by themselves.
   *
   * @param spans numbers of spans by trace; those that are left stand in front afterwards
   * @param offsets where each trace begins in {@code spans}, and the end of the last; changed to
   *     what holds afterwards
   * @throws IOException if the content of a span cannot be read
   */
  public static void sort(int[] spans, int[] offsets, Keys keys, Contents contents)
      throws IOException {
    int[] ties = new int[0]; // positions of spans that agree with the one before
    int count = 0;
    Trace one = new Trace(spans, keys);
    for (int trace = 0; trace + 1 < offsets.length; trace++) {
      int from = offsets[trace];
      int to = offsets[trace + 1];
      if (to - from < 2) {
        continue;
      }
      one.sort(from, to);
      for (int at = from + 1; at < to; at++) {
        if (one.isTie(at - from)) {
          if (count == ties.length) {
            ties = Arrays.copyOf(ties, Growth.next(count, count + 1L));
          }
          ties[count++] = at;
        }
      }
    }
    if (count > 0) {
      settle(spans, ties, count, contents);
      compact(spans, offsets);
    }
  }

  /** The spans of one trace after the other, with their starts at hand. */
  private static final class Trace implements IntSort.Order {
    private final int[] spans;
    private final Keys keys;
    private long[] starts = new long[64];
    private int[] members = new int[64];
    private int[] order = new int[64];

    Trace(int[] spans, Keys keys) {
      this.spans = spans;
      this.keys = keys;
    }

    void sort(int from, int to) {
      int count = to - from;
      if (count > order.length) {
        int capacity = Growth.next(order.length, count);
        starts = new long[capacity];
        members = new int[capacity];
        order = new int[capacity];
      }
      for (int i = 0; i < count; i++) {
        members[i] = spans[from + i];
        starts[i] = keys.start(members[i]);
        order[i] = i;
      }
      IntSort.sort(order, 0, count, this);
      for (int i = 0; i < count; i++) {
        spans[from + i] = members[order[i]];
      }
    }

    /** Whether a span agrees with the one before in all but its content. */
    boolean isTie(int index) {
      return starts[order[index - 1]] == starts[order[index]]
          && compare(order[index - 1], order[index]) == 0;
    }

    /** By start, id, kind and duration. */
    @Override
    public int compare(int a, int b) {
      int byStart = Long.compareUnsigned(starts[a], starts[b]);
      return byStart != 0 ? byStart : compareRest(members[a], members[b]);
    }

    private int compareRest(int a, int b) {
      int order = Long.compareUnsigned(keys.id(a), keys.id(b));
      if (order == 0) {
        order = Integer.compare(keys.kind(a), keys.kind(b));
      }
      return order != 0 ? order : Long.compareUnsigned(keys.duration(a), keys.duration(b));
    }
  }

  /** Settles runs of spans that agree, as many at a time as make a batch. */
  private static void settle(int[] spans, int[] ties, int count, Contents contents)
      throws IOException {
    int batch = 0;
    for (int i = 1; i <= count; i++) {
      boolean ends = i == count || ties[i] != ties[i - 1] + 1;
      if (ends && (i == count || i - batch >= BATCH)) {
        settleBatch(spans, ties, batch, i, contents);
        batch = i;
      }
    }
  }

  /** Settles the runs whose ties are {@code ties[from .. to)}. */
  private static void settleBatch(int[] spans, int[] ties, int from, int to, Contents contents)
      throws IOException {
    int[] members = new int[2 * (to - from)];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (i == from || ties[i] != ties[i - 1] + 1) {
        members[count++] = spans[ties[i] - 1];
      }
      members[count++] = spans[ties[i]];
    }
    members = Arrays.copyOf(members, count);
    Arrays.sort(members);
    Digests digests = Digests.of(members, contents);
    for (int first = from; first < to; ) {
      int end = first + 1;
      while (end < to && ties[end] == ties[end - 1] + 1) {
        end++;
      }
      digests.settle(spans, ties[first] - 1, ties[end - 1] + 1);
      first = end;
    }
  }

  private static void compact(int[] spans, int[] offsets) {
    int kept = 0;
    int from = 0;
    for (int trace = 0; trace < offsets.length; trace++) {
      int to = offsets[trace];
      for (int at = from; at < to; at++) {
        if (spans[at] != DROPPED) {
          spans[kept++] = spans[at];
        }
      }
      offsets[trace] = kept;
      from = to;
    }
  }

  /** The digests of some spans. */
  @SuppressWarnings("ArrayRecordComponent") // never changed after construction
  private record Digests(int[] spans, long[] digests) {

    static Digests of(int[] spans, Contents contents) throws IOException {
      long[] digests = new long[2 * spans.length];
      for (int from = 0; from < spans.length; from += BATCH) {
        int to = Math.min(from + BATCH, spans.length);
        long[] some = contents.digests(Arrays.copyOfRange(spans, from, to));
        System.arraycopy(some, 0, digests, 2 * from, some.length);
      }
      return new Digests(spans, digests);
    }

    /** Sorts {@code run[from .. to)} and drops all but the first of equal ones. */
    void settle(int[] run, int from, int to) {
      IntSort.sort(run, from, to, this::compare);
      int kept = run[from];
      for (int at = from + 1; at < to; at++) {
        if (compare(kept, run[at]) == 0) {
          run[at] = DROPPED;
        } else {
          kept = run[at];
        }
      }
    }

    private int compare(int a, int b) {
      int one = 2 * Arrays.binarySearch(spans, a);
      int other = 2 * Arrays.binarySearch(spans, b);
      int order = Long.compareUnsigned(digests[one], digests[other]);
      return order != 0 ? order : Long.compareUnsigned(digests[one + 1], digests[other + 1]);
    }
  }
}
