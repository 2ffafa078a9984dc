package io.tempo4j.query.scan;

import io.tempo4j.column.Column;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import java.io.IOException;
import java.util.Arrays;

/**
 * Nested-set numbers of the spans of a row group, derived from pre-order and depth.
 *
 * <p>Within a trace a counter from 1 is taken when a span is entered and again when it is left. The
 * parent number is the left number of the parent, -1 for a root. Spans that are not connected to a
 * root have 0 in all three.
 *
 * @param left number on entering, per span row
 * @param right number on leaving, per span row
 * @param parent left number of the parent, per span row
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record NestedSets(int[] left, int[] right, int[] parent) {

  public static NestedSets of(GroupView group) throws IOException {
    int count = group.spans().rowCount();
    NestedSets sets = new NestedSets(new int[count], new int[count], new int[count]);
    int[] offsets = group.traceOffsets();
    int[] depths = group.spans().ints(Fields.SPAN_DEPTH);
    int[] parents = group.parentRows();
    Column parentIds = group.spans().column(Fields.SPAN_PARENT_ID);
    int[] open = new int[16];
    for (int trace = 0; trace < group.traces().rowCount(); trace++) {
      int number = 1;
      int level = 0;
      boolean isConnected = false;
      for (int row = offsets[trace]; row < offsets[trace + 1]; row++) {
        while (level > depths[row]) {
          number = sets.leave(open[--level], number);
        }
        if (parents[row] < 0) {
          isConnected =
              parentIds instanceof LongColumn ids && ColumnReads.longAt(ids, row, -1) == 0;
        }
        if (level == open.length) {
          open = Arrays.copyOf(open, 2 * level);
        }
        open[level++] = row;
        if (isConnected) {
          sets.left[row] = number++;
          sets.parent[row] = parents[row] < 0 ? -1 : sets.left[parents[row]];
        }
      }
      while (level > 0) {
        number = sets.leave(open[--level], number);
      }
    }
    return sets;
  }

  /** Numbers the right side of {@code row} if it is numbered at all; the next number. */
  private int leave(int row, int number) {
    if (left[row] == 0) {
      return number;
    }
    right[row] = number;
    return number + 1;
  }
}
