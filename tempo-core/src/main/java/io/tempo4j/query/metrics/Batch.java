package io.tempo4j.query.metrics;

import io.tempo4j.query.scan.Selection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The spans of one row group that count, each with its bucket of time; its arrays are reused. */
final class Batch {

  private int[] rows = new int[0];
  private int[] buckets = new int[0];
  private int count;

  /** Number of spans. */
  int count() {
    return count;
  }

  /** Their rows, ascending; {@link #count()} entries. */
  int[] rows() {
    return rows;
  }

  /** Their buckets; {@link #count()} entries. */
  int[] buckets() {
    return buckets;
  }

  /** Takes the spans that are selected (null: all) and start within the axis. */
  void fill(long[] starts, int rowCount, @Nullable Selection selection, TimeAxis axis) {
    if (rows.length < rowCount) {
      rows = new int[rowCount];
      buckets = new int[rowCount];
    }
    if (selection == null) {
      fillAll(starts, rowCount, axis);
    } else {
      fillSelected(starts, selection, axis);
    }
  }

  private void fillAll(long[] starts, int rowCount, TimeAxis axis) {
    long from = axis.startNanos();
    long to = axis.endNanos();
    int taken = 0;
    for (int row = 0; row < rowCount; row++) {
      long start = starts[row];
      rows[taken] = row;
      taken += start > from & start <= to ? 1 : 0;
    }
    finish(starts, axis, taken);
  }

  private void fillSelected(long[] starts, Selection selection, TimeAxis axis) {
    long from = axis.startNanos();
    long to = axis.endNanos();
    long[] words = selection.words();
    int taken = 0;
    for (int i = 0; i < words.length; i++) {
      for (long word = words[i]; word != 0; word &= word - 1) {
        int row = (i << 6) + Long.numberOfTrailingZeros(word);
        long start = starts[row];
        rows[taken] = row;
        taken += start > from & start <= to ? 1 : 0;
      }
    }
    finish(starts, axis, taken);
  }

  private void finish(long[] starts, TimeAxis axis, int taken) {
    count = taken;
    if (axis.bucketCount() == 1) {
      Arrays.fill(buckets, 0, taken, 0);
      return;
    }
    long from = axis.startNanos() + 1;
    long step = axis.stepNanos();
    double perNano = 1.0 / step;
    for (int i = 0; i < taken; i++) {
      long since = starts[rows[i]] - from;
      // A division of longs costs ten times as much; the estimate is off by one at most.
      int bucket = (int) (since * perNano);
      long rest = since - bucket * step;
      buckets[i] = rest < 0 ? bucket - 1 : rest >= step ? bucket + 1 : bucket;
    }
  }

  /** Drops the spans whose entry in {@code values} is {@code dropped}, and those entries. */
  void retain(int[] values, int dropped) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int value = values[i];
      rows[kept] = rows[i];
      buckets[kept] = buckets[i];
      values[kept] = value;
      kept += value != dropped ? 1 : 0;
    }
    count = kept;
  }
}
