package io.tempo4j.column;

import java.util.Arrays;
import java.util.Objects;

/**
 * Which values of a column are wanted, where most are not.
 *
 * @param positions their indexes among the values of the column, ascending strictly; {@code count}
 *     entries at least
 * @param rows the rows that they belong to, ascending strictly; {@code count} entries at least
 * @param count number of wanted values, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // lives as long as one decoding, never changed
public record ValuePicks(int[] positions, int[] rows, int count) {
  /**
   * Checks the bounds of the arrays, not what stands in them.
   *
   * @throws IndexOutOfBoundsException if an array has fewer than {@code count} entries
   */
  public ValuePicks {
    Objects.checkFromIndexSize(0, count, positions.length);
    Objects.checkFromIndexSize(0, count, rows.length);
    if (count < 1) {
      throw new IndexOutOfBoundsException("no value is wanted");
    }
  }

  /** The values of rows of a column in which every row has one. */
  public static ValuePicks ofAll(int[] rows, int count) {
    int[] own = Arrays.copyOf(rows, count);
    return new ValuePicks(own, own, count);
  }
}
