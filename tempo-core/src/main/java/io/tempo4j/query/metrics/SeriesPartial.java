package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.metrics.Cells.Kind;

/**
 * What was counted so far for one function of a query: groups, which are tuples of values, and for
 * each group and bucket of time a cell. Not thread-safe.
 */
final class SeriesPartial {

  /** What the first number of a group is. Codes are part of the format of partial results. */
  enum Lead {
    /** A value, as all others, or there is none. */
    VALUE(0),
    /** A biased power of two. */
    POWER(1),
    /** A side of a comparison. */
    SIDE(2);

    private final int code;

    Lead(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    /** How many numbers of a group, from the first, are no values. */
    private int plainLevels() {
      return this == VALUE ? 0 : 1;
    }
  }

  private final Lead lead;
  private final ValuePool values = new ValuePool();
  private final GroupTable groups;
  private final Cells cells;
  private final ExemplarSlots exemplars;
  private final QueryMemory memory;

  /** Bytes of the values that were taken from the memory. */
  private long valueBytes;

  SeriesPartial(LeafPlan plan, TimeAxis axis, int exemplarCount, QueryMemory memory) {
    this(plan.arity(), plan.lead(), plan.cellKind(), axis, exemplarCount, memory);
  }

  /**
   * Nothing counted.
   *
   * @param arity numbers that make a group, the lead included
   * @param memory whence what is counted takes its bytes
   */
  SeriesPartial(
      int arity, Lead lead, Kind kind, TimeAxis axis, int exemplarCount, QueryMemory memory) {
    this.lead = lead;
    this.memory = memory;
    groups = new GroupTable(arity, memory);
    cells = new Cells(kind, axis.bucketCount(), memory);
    exemplars = new ExemplarSlots(axis, exemplarCount);
  }

  Lead lead() {
    return lead;
  }

  ValuePool values() {
    return values;
  }

  GroupTable groups() {
    return groups;
  }

  Cells cells() {
    return cells;
  }

  ExemplarSlots exemplars() {
    return exemplars;
  }

  /**
   * Adds what {@code other}, of the same function, counted.
   *
   * @param weight what each of its spans stands for
   */
  void add(SeriesPartial other, double weight) {
    int[] numbers = new int[other.values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.adopt(other.values, i);
    }
    int[] groupNumbers = new int[other.groups.size()];
    int[] tuple = new int[groups.arity()];
    for (int group = 0; group < groupNumbers.length; group++) {
      other.groups.tuple(group, tuple);
      for (int i = lead.plainLevels(); i < tuple.length; i++) {
        tuple[i] = numbers[tuple[i]];
      }
      groupNumbers[group] = groups.numberOf(tuple);
    }
    cells.ensureGroups(groups.size());
    other.cells.forEach((group, bucket, first, second, third) ->
        cells.merge(groupNumbers[group], bucket, first, second, third, weight));
    other.exemplars.forEach((group, traceHigh, traceLow, spanId, start, value) ->
        exemplars.offer(groupNumbers[group], traceHigh, traceLow, spanId, start, value));
  }

  /** Whether both can be of the same function. */
  boolean isLike(SeriesPartial other) {
    return lead == other.lead
        && groups.arity() == other.groups.arity()
        && cells.kind() == other.cells.kind()
        && exemplars.count() == other.exemplars.count();
  }

  /**
   * Takes the bytes of values that came since the last time. They came from columns, so there are
   * never more of them at a time than those of a column.
   */
  void holdValues() {
    long bytes = values.heapBytes();
    if (bytes > valueBytes) {
      memory.take(bytes - valueBytes);
      valueBytes = bytes;
    }
  }

  /** Gives back what was taken, when this is not used any more. */
  void release() {
    memory.give(valueBytes + groups.heapBytes() + cells.heapBytes());
  }

  long heapBytes() {
    return values.heapBytes() + groups.heapBytes() + cells.heapBytes() + exemplars.heapBytes();
  }
}
