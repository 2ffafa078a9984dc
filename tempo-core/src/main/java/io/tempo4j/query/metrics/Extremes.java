package io.tempo4j.query.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps in each bucket of time the points with the largest or smallest values; of equal ones those
 * whose series comes first by its labels.
 */
final class Extremes {

  private final List<Series> input;
  private final int limit;

  /** What larger values are multiplied by so that the wanted ones are the larger. */
  private final int sign;

  private final @Nullable String[] keys;

  /** The kept series of one bucket; the worst stands first, a binary heap. */
  private final int[] heap;

  private int kept;

  private Extremes(List<Series> input, int limit, int sign) {
    this.input = input;
    this.limit = Math.min(limit, input.size());
    this.sign = sign;
    keys = new @Nullable String[input.size()];
    heap = new int[this.limit];
  }

  static List<Series> largest(List<Series> input, int limit) {
    return new Extremes(input, limit, 1).keep();
  }

  static List<Series> smallest(List<Series> input, int limit) {
    return new Extremes(input, limit, -1).keep();
  }

  private List<Series> keep() {
    double[][] points = new double[input.size()][];
    int buckets = input.isEmpty() ? 0 : input.get(0).values().length;
    for (int bucket = 0; bucket < buckets; bucket++) {
      select(bucket);
      for (int i = 0; i < kept; i++) {
        int series = heap[i];
        if (points[series] == null) {
          points[series] = new double[buckets];
          Arrays.fill(points[series], Double.NaN);
        }
        points[series][bucket] = value(series, bucket);
      }
    }
    List<Series> result = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      if (points[i] != null) {
        result.add(new Series(input.get(i).labels(), points[i], input.get(i).exemplars()));
      }
    }
    return result;
  }

  private void select(int bucket) {
    kept = 0;
    for (int series = 0; series < input.size(); series++) {
      if (!Series.isPoint(value(series, bucket))) {
        continue;
      }
      if (kept < limit) {
        heap[kept] = series;
        siftUp(kept++, bucket);
      } else if (isBetter(series, heap[0], bucket)) {
        heap[0] = series;
        siftDown(bucket);
      }
    }
  }

  private double value(int series, int bucket) {
    return input.get(series).values()[bucket];
  }

  private boolean isBetter(int one, int other, int bucket) {
    double a = value(one, bucket);
    double b = value(other, bucket);
    return a == b ? key(one).compareTo(key(other)) < 0 : sign * a > sign * b;
  }

  private String key(int series) {
    String key = keys[series];
    if (key == null) {
      key = input.get(series).key();
      keys[series] = key;
    }
    return key;
  }

  private void siftUp(int from, int bucket) {
    int at = from;
    int moving = heap[at];
    while (at > 0 && isBetter(heap[(at - 1) / 2], moving, bucket)) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = moving;
  }

  private void siftDown(int bucket) {
    int at = 0;
    int moving = heap[0];
    while (2 * at + 1 < kept) {
      int child = 2 * at + 1;
      if (child + 1 < kept && isBetter(heap[child], heap[child + 1], bucket)) {
        child++;
      }
      if (!isBetter(moving, heap[child], bucket)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moving;
  }
}
