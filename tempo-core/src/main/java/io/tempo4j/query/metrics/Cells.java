package io.tempo4j.query.metrics;

import io.tempo4j.collect.TwoSum;
import io.tempo4j.query.QueryMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * The cell of group g and bucket b stands at g * buckets + b as long as that table is small, so that
 * the loops over spans are an addition to an array. Beyond that cells are found by a hash table of
 * that number, so that many groups which each fill few buckets cost what they fill.
 *
 * Sums are kept as an unevaluated sum of two doubles (Knuth's two-sum; Dekker 1971): what is merged
 * in another order gives the same sum to the last bit, but for cancellations beyond 106 bits.
 */
/** What is counted for each group and bucket of time. */
final class Cells {

  /** What a cell holds. Codes are part of the format of partial results. */
  enum Kind {
    /** A number of spans. */
    COUNT(0, 1),
    /** The smallest value. */
    MIN(1, 1),
    /** The largest value. */
    MAX(2, 1),
    /** The sum of values, and their number. */
    SUM(3, 3);

    private final int code;
    private final int width;

    Kind(int code, int width) {
      this.code = code;
      this.width = width;
    }

    int code() {
      return code;
    }

    /** Numbers that a cell consists of. */
    int width() {
      return width;
    }
  }

  /** Visits cells that are not empty. */
  interface Visitor {
    /**
     * A cell.
     *
     * @param first count, extreme value, or larger part of the sum
     * @param second smaller part of the sum
     * @param third number of values of the sum
     */
    void cell(int group, int bucket, double first, double second, double third);
  }

  /** A table has no more cells than this, nor more than one for so many bytes of memory. */
  private static final int DENSE_CELLS = 1 << 20;

  private static final int BYTES_PER_DENSE_CELL = 128;

  private final Kind kind;
  private final int buckets;
  private final QueryMemory memory;
  private final double[][] columns;
  private @Nullable LongIndex index;

  /** No cells; takes what it needs from {@code memory} before it grows. */
  Cells(Kind kind, int buckets, QueryMemory memory) {
    this.kind = kind;
    this.buckets = buckets;
    this.memory = memory;
    columns = new double[kind.width()][];
    Arrays.setAll(columns, i -> new double[0]);
  }

  Kind kind() {
    return kind;
  }

  int buckets() {
    return buckets;
  }

  /** Finds cells by hash from the start: few of many places will be filled. */
  void beSparse() {
    if (index == null) {
      scatter();
    }
  }

  /** Makes room for {@code groups} groups; call before groups are added to. */
  void ensureGroups(int groups) {
    if (index != null) {
      return;
    }
    long needed = (long) groups * buckets;
    long dense = Math.min(DENSE_CELLS, memory.limitBytes() / BYTES_PER_DENSE_CELL);
    if (needed <= Math.max(dense, buckets)) {
      ensureCells((int) needed);
    } else {
      scatter();
    }
  }

  private void ensureCells(int count) {
    int had = columns[0].length;
    if (count <= had) {
      return;
    }
    int capacity = (int) Math.min(1L << 30, Math.max(count, 2L * had));
    memory.take(8L * columns.length * capacity);
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Arrays.copyOf(columns[i], capacity);
    }
    memory.give(8L * columns.length * had);
    if (kind == Kind.MIN || kind == Kind.MAX) {
      Arrays.fill(columns[0], had, capacity, Double.NaN);
    }
  }

  private void scatter() {
    double[][] dense = columns.clone();
    LongIndex sparse = new LongIndex(memory);
    index = sparse;
    Arrays.setAll(columns, i -> new double[0]);
    ensureCells(1024);
    for (int cell = 0; cell < dense[0].length; cell++) {
      if (!isEmpty(dense, cell)) {
        int to = sparse.numberOf(cell);
        ensureCells(to + 1);
        for (int i = 0; i < columns.length; i++) {
          columns[i][to] = dense[i][cell];
        }
      }
    }
    memory.give(8L * columns.length * dense[0].length);
  }

  private boolean isEmpty(double[][] from, int cell) {
    return switch (kind) {
      case COUNT -> from[0][cell] == 0;
      case MIN, MAX -> Double.isNaN(from[0][cell]);
      case SUM -> from[2][cell] == 0;
    };
  }

  private int cell(int group, int bucket) {
    long number = (long) group * buckets + bucket;
    if (index == null) {
      return (int) number;
    }
    int cell = index.numberOf(number);
    ensureCells(cell + 1);
    return cell;
  }

  /** Counts spans, all of one group. */
  void count(int group, int[] atBuckets, int count, SpanWeights weights) {
    double weight = weights.uniform();
    double[] each = weights.each();
    for (int i = 0; i < count; i++) {
      int cell = cell(group, atBuckets[i]);
      columns[0][cell] += each == null ? weight : each[i];
    }
  }

  /** Counts spans. */
  void count(int[] groups, int[] atBuckets, int count, SpanWeights weights) {
    double weight = weights.uniform();
    double[] each = weights.each();
    if (index == null) {
      double[] counts = columns[0];
      for (int i = 0; i < count; i++) {
        counts[groups[i] * buckets + atBuckets[i]] += each == null ? weight : each[i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      int cell = cell(groups[i], atBuckets[i]);
      columns[0][cell] += each == null ? weight : each[i];
    }
  }

  /** Takes the values of spans; NaN is none. Sums take each as often as the span's weight says. */
  void values(int[] groups, int[] atBuckets, double[] values, int count, SpanWeights weights) {
    for (int i = 0; i < count; i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        int cell = cell(groups[i], atBuckets[i]);
        switch (kind) {
          case COUNT -> columns[0][cell] += weights.of(i);
          case MIN -> min(cell, value);
          case MAX -> max(cell, value);
          case SUM -> {
            add(cell, value * weights.of(i));
            columns[2][cell] += weights.of(i);
          }
        }
      }
    }
  }

  /** Adds a number of spans to a cell. */
  void add(int group, int bucket, double count) {
    int cell = cell(group, bucket);
    columns[0][cell] += count;
  }

  /**
   * Adds what a cell of the same kind elsewhere holds.
   *
   * @param weight what each of its spans stands for
   */
  void merge(int group, int bucket, double first, double second, double third, double weight) {
    int cell = cell(group, bucket);
    switch (kind) {
      case COUNT -> columns[0][cell] += first * weight;
      case MIN -> min(cell, first);
      case MAX -> max(cell, first);
      case SUM -> {
        add(cell, first * weight);
        add(cell, second * weight);
        columns[2][cell] += third * weight;
      }
    }
  }

  private void min(int cell, double value) {
    double known = columns[0][cell];
    // Double.compare tells -0.0 from 0.0, so that another order of spans gives the same.
    columns[0][cell] = Double.isNaN(known) || Double.compare(value, known) < 0 ? value : known;
  }

  private void max(int cell, double value) {
    double known = columns[0][cell];
    columns[0][cell] = Double.isNaN(known) || Double.compare(value, known) > 0 ? value : known;
  }

  private void add(int cell, double value) {
    double high = columns[0][cell];
    double sum = high + value;
    columns[0][cell] = sum;
    if (Double.isFinite(sum)) {
      columns[1][cell] += TwoSum.lost(high, value, sum);
    }
  }

  /** Visits all cells that hold something. */
  void forEach(Visitor visitor) {
    int count = index == null ? columns[0].length : index.size();
    for (int cell = 0; cell < count; cell++) {
      if (!isEmpty(columns, cell)) {
        long number = index == null ? cell : index.key(cell);
        visitor.cell(
            (int) (number / buckets),
            (int) (number % buckets),
            columns[0][cell],
            columns.length == 1 ? 0 : columns[1][cell],
            columns.length == 1 ? 0 : columns[2][cell]);
      }
    }
  }

  long heapBytes() {
    return 8L * columns.length * columns[0].length + (index == null ? 0 : index.heapBytes());
  }
}
