package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.Selection;
import java.util.Arrays;
import java.util.List;

/** Some span rows of one trace, ascending, each once. */
final class RowSet {

  static final RowSet EMPTY = new RowSet(new int[0], 0);

  private final int[] rows;
  private final int size;

  /** Takes the array over. */
  private RowSet(int[] rows, int size) {
    this.rows = rows;
    this.size = size;
  }

  /** The selected rows of {@code from .. to - 1}. */
  static RowSet of(Selection selection, int from, int to) {
    int first = selection.next(from);
    if (first < 0 || first >= to) {
      return EMPTY;
    }
    Builder builder = new Builder(8);
    for (int row = first; row >= 0 && row < to; row = selection.next(row + 1)) {
      builder.add(row);
    }
    return builder.build();
  }

  /** The rows {@code from .. to - 1}. */
  static RowSet range(int from, int to) {
    int[] rows = new int[to - from];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = from + i;
    }
    return new RowSet(rows, rows.length);
  }

  /** The rows of all sets. */
  static RowSet unionOf(List<RowSet> sets) {
    if (sets.size() <= 2) {
      return sets.isEmpty()
          ? EMPTY
          : sets.size() == 1 ? sets.get(0) : sets.get(0).union(sets.get(1));
    }
    int total = 0;
    for (RowSet set : sets) {
      total += set.size;
    }
    int[] all = new int[total];
    int at = 0;
    for (RowSet set : sets) {
      System.arraycopy(set.rows, 0, all, at, set.size);
      at += set.size;
    }
    Arrays.sort(all);
    int count = 0;
    for (int i = 0; i < total; i++) {
      if (count == 0 || all[count - 1] != all[i]) {
        all[count++] = all[i];
      }
    }
    return new RowSet(all, count);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int row(int index) {
    return rows[index];
  }

  RowSet retain(Selection selection) {
    Builder builder = new Builder(size);
    for (int i = 0; i < size; i++) {
      if (selection.contains(rows[i])) {
        builder.add(rows[i]);
      }
    }
    return builder.size == size ? this : builder.build();
  }

  RowSet union(RowSet other) {
    if (other.size == 0) {
      return this;
    }
    if (size == 0) {
      return other;
    }
    int[] merged = new int[size + other.size];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < size || j < other.size) {
      int row;
      if (j == other.size || (i < size && rows[i] < other.rows[j])) {
        row = rows[i++];
      } else {
        row = other.rows[j];
        i += i < size && rows[i] == row ? 1 : 0;
        j++;
      }
      merged[count++] = row;
    }
    return new RowSet(merged, count);
  }

  /** The rows that are not in {@code other}. */
  RowSet without(RowSet other) {
    if (other.size == 0) {
      return this;
    }
    Builder builder = new Builder(size);
    int j = 0;
    for (int i = 0; i < size; i++) {
      while (j < other.size && other.rows[j] < rows[i]) {
        j++;
      }
      if (j == other.size || other.rows[j] != rows[i]) {
        builder.add(rows[i]);
      }
    }
    return builder.build();
  }

  void addTo(Selection selection) {
    for (int i = 0; i < size; i++) {
      selection.add(rows[i]);
    }
  }

  /** Takes ascending rows. */
  static final class Builder {
    private int[] rows;
    private int size;

    Builder(int expected) {
      rows = new int[expected];
    }

    void add(int row) {
      if (size == rows.length) {
        rows = Arrays.copyOf(rows, Math.max(8, 2 * size));
      }
      rows[size++] = row;
    }

    RowSet build() {
      return size == 0 ? EMPTY : new RowSet(rows, size);
    }
  }
}
