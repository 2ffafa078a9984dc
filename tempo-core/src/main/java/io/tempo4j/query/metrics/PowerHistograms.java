package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryMemory;
import java.util.Arrays;

/*
 * Counts are kept as they come and sorted by histogram, time and power when they are asked for.
 *
 * A quantile lies in the first power up to which the wanted number of spans, rounded up, is reached.
 * Where it is reached exactly the answer is that power; else it is interpolated exponentially
 * between the power before it that has spans, or half of it if none has, and itself. Source: what
 * Grafana Tempo answers.
 */
/** Histograms with powers of two as bounds, one per series and bucket of time. */
final class PowerHistograms {

  /** Takes a quantile. */
  interface Visitor {
    void quantile(int histogram, int bucket, double value);
  }

  private static final int POWER_BITS = 12;

  private final int buckets;
  private final QueryMemory memory;
  private long[] keys = new long[64];
  private double[] counts = new double[64];
  private int size;
  private boolean isSorted;

  PowerHistograms(int buckets, QueryMemory memory) {
    this.buckets = buckets;
    this.memory = memory;
  }

  /** Adds spans of one power to a histogram. */
  void add(int histogram, int bucket, int biasedPower, double count) {
    if (size == keys.length) {
      memory.take(32L * size);
      keys = Arrays.copyOf(keys, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
      memory.give(16L * size);
    }
    keys[size] = ((long) histogram * buckets + bucket) << POWER_BITS | biasedPower;
    counts[size++] = count;
    isSorted = false;
  }

  /** Visits the quantile of every histogram that has spans. */
  void forEach(FieldNumbers numbers, double quantile, Visitor visitor) {
    sort();
    int from = 0;
    while (from < size) {
      long place = keys[from] >>> POWER_BITS;
      int to = from;
      double total = 0;
      while (to < size && keys[to] >>> POWER_BITS == place) {
        total += counts[to++];
      }
      visitor.quantile(
          (int) (place / buckets),
          (int) (place % buckets),
          quantile(from, to, Math.max(1, Math.ceil(quantile * total)), numbers));
      from = to;
    }
  }

  private double quantile(int from, int to, double wanted, FieldNumbers numbers) {
    double reached = 0;
    int at = from;
    while (at < to - 1 && reached + counts[at] <= wanted) {
      reached += counts[at];
      if (reached == wanted) {
        return bound(at, numbers);
      }
      at++;
    }
    double fraction = Math.min(1, (wanted - reached) / counts[at]);
    double upper = log2(bound(at, numbers));
    double lower = at > from ? log2(bound(at - 1, numbers)) : upper - 1;
    return fraction == 1 ? bound(at, numbers) : Math.pow(2, lower + (upper - lower) * fraction);
  }

  private double bound(int at, FieldNumbers numbers) {
    return numbers.boundOf((int) keys[at] & (1 << POWER_BITS) - 1);
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /** Sorts by key; the same key comes from groups with the same labels, whose counts are added. */
  private void sort() {
    if (isSorted) {
      return;
    }
    memory.take(16L * size);
    LongIndex places = new LongIndex(memory);
    double[] sums = new double[size];
    for (int i = 0; i < size; i++) {
      sums[places.numberOf(keys[i])] += counts[i];
    }
    int distinct = places.size();
    long[] sorted = new long[distinct];
    for (int i = 0; i < distinct; i++) {
      sorted[i] = places.key(i);
    }
    Arrays.sort(sorted);
    for (int i = 0; i < distinct; i++) {
      keys[i] = sorted[i];
      counts[i] = sums[places.numberOf(sorted[i])];
    }
    memory.give(16L * size + places.heapBytes());
    size = distinct;
    isSorted = true;
  }
}
