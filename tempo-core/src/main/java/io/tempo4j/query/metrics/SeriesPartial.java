package io.tempo4j.query.metrics;

import io.tempo4j.query.metrics.Cells.Kind;

/**
 * What was counted so far for one function of a query: groups, which are tuples of values, and for
 * each group and bucket of time a cell. Not thread-safe.
 */
final class SeriesPartial {

  private final int plainLevels;
  private final ValuePool values = new ValuePool();
  private final GroupTable groups;
  private final Cells cells;
  private final ExemplarSlots exemplars;

  SeriesPartial(LeafPlan plan, TimeAxis axis, int exemplarCount) {
    this(plan.arity(), plan.plainLevels(), plan.cellKind(), axis, exemplarCount);
  }

  /**
   * Nothing counted.
   *
   * @param arity values of a group
   * @param plainLevels how many of them, from the first, are plain numbers
   */
  SeriesPartial(int arity, int plainLevels, Kind kind, TimeAxis axis, int exemplarCount) {
    this.plainLevels = plainLevels;
    groups = new GroupTable(arity);
    cells = new Cells(kind, axis.bucketCount());
    exemplars = new ExemplarSlots(axis, exemplarCount);
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
      for (int i = plainLevels; i < tuple.length; i++) {
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
    return plainLevels == other.plainLevels
        && groups.arity() == other.groups.arity()
        && cells.kind() == other.cells.kind()
        && exemplars.count() == other.exemplars.count();
  }

  long heapBytes() {
    return values.heapBytes() + groups.heapBytes() + cells.heapBytes() + exemplars.heapBytes();
  }
}
