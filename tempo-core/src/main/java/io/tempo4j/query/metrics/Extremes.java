package io.tempo4j.query.metrics;

import io.tempo4j.collect.Growth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Series are looked at one after the other, each with all its points, as they stand in memory; a
 * bucket of time keeps the best points so far in a heap with the worst of them on top. Nearly all
 * points of many series are turned away by one comparison with that, and need no labels.
 */
/**
 * Keeps in each bucket of time the points with the largest or smallest values; of equal ones those
 * whose series comes first by its labels.
 */
final class Extremes {

  private final List<Series> input;
  private final int limit;

  /** What values are multiplied by so that the wanted ones are the larger. */
  private final double sign;

  private final @Nullable String[] keys;
  private final Heap[] heaps;

  private Extremes(List<Series> input, int limit, int sign) {
    this.input = input;
    this.limit = Math.min(limit, input.size());
    this.sign = sign;
    keys = new @Nullable String[input.size()];
    heaps = new Heap[input.isEmpty() ? 0 : input.get(0).values().length];
    Arrays.setAll(heaps, bucket -> new Heap());
  }

  static List<Series> largest(List<Series> input, int limit) {
    return new Extremes(input, limit, 1).keep();
  }

  static List<Series> smallest(List<Series> input, int limit) {
    return new Extremes(input, limit, -1).keep();
  }

  private List<Series> keep() {
    for (int series = 0; series < keys.length; series++) {
      double[] values = input.get(series).values();
      for (int bucket = 0; bucket < heaps.length; bucket++) {
        if (Series.isPoint(values[bucket])) {
          heaps[bucket].offer(series, sign * values[bucket]);
        }
      }
    }
    double[][] points = new double[keys.length][];
    for (int bucket = 0; bucket < heaps.length; bucket++) {
      Heap heap = heaps[bucket];
      for (int i = 0; i < heap.size; i++) {
        int series = heap.series[i];
        if (points[series] == null) {
          points[series] = new double[heaps.length];
          Arrays.fill(points[series], Double.NaN);
        }
        points[series][bucket] = input.get(series).values()[bucket];
      }
    }
    List<Series> result = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      if (points[i] != null) {
        result.add(input.get(i).withValues(points[i]));
      }
    }
    return result;
  }

  private String key(int series) {
    String key = keys[series];
    if (key == null) {
      key = input.get(series).key();
      keys[series] = key;
    }
    return key;
  }

  /** The best points of one bucket, a binary heap; each is no better than those below it. */
  private final class Heap {
    private int[] series = new int[0];
    private double[] values = new double[0];
    private int size;

    void offer(int one, double value) {
      if (size < limit) {
        if (size == series.length) {
          int capacity = Math.min(limit, Growth.next(size, size + 1));
          series = Arrays.copyOf(series, capacity);
          values = Arrays.copyOf(values, capacity);
        }
        siftUp(one, value);
      } else if (value >= values[0] && isBetter(one, value, 0)) {
        siftDown(one, value);
      }
    }

    private boolean isBetter(int one, double value, int at) {
      return value == values[at] ? key(one).compareTo(key(series[at])) < 0 : value > values[at];
    }

    private void put(int at, int one, double value) {
      series[at] = one;
      values[at] = value;
    }

    private void siftUp(int one, double value) {
      int at = size++;
      // It rises past all that are better.
      while (at > 0 && !isBetter(one, value, (at - 1) / 2)) {
        put(at, series[(at - 1) / 2], values[(at - 1) / 2]);
        at = (at - 1) / 2;
      }
      put(at, one, value);
    }

    private void siftDown(int one, double value) {
      int at = 0;
      while (2 * at + 1 < size) {
        int child = 2 * at + 1;
        if (child + 1 < size && isBetter(series[child], values[child], child + 1)) {
          child++;
        }
        if (!isBetter(one, value, child)) {
          break;
        }
        put(at, series[child], values[child]);
        at = child;
      }
      put(at, one, value);
    }
  }
}
