package io.tempo4j.query.metrics;

import io.tempo4j.query.metrics.Cells.Kind;

/**
 * What was counted so far for one function of a query: groups, which are tuples of values, and for
 * each group and bucket of time a cell. Not thread-safe.
 */
final class SeriesPartial {

  private final ValuePool values = new ValuePool();
  private final GroupTable groups;
  private final Cells cells;

  SeriesPartial(int arity, Kind kind, int buckets) {
    groups = new GroupTable(arity);
    cells = new Cells(kind, buckets);
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

  /** Adds what {@code other}, of the same function, counted. */
  void add(SeriesPartial other) {
    int[] numbers = new int[other.values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.adopt(other.values, i);
    }
    int[] groupNumbers = new int[other.groups.size()];
    int[] tuple = new int[groups.arity()];
    for (int group = 0; group < groupNumbers.length; group++) {
      other.groups.tuple(group, tuple);
      for (int i = 0; i < tuple.length; i++) {
        tuple[i] = numbers[tuple[i]];
      }
      groupNumbers[group] = groups.numberOf(tuple);
    }
    cells.ensureGroups(groups.size());
    other.cells.forEach((group, bucket, first, second, third) ->
        cells.merge(groupNumbers[group], bucket, first, second, third));
  }

  long heapBytes() {
    return values.heapBytes() + groups.heapBytes() + cells.heapBytes();
  }
}
