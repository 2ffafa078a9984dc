package io.tempo4j.collect;

import java.util.Arrays;

/** Stable sorting of row numbers without boxing. */
public final class IntSort {

  private static final int RUN = 24;

  private IntSort() {}

  /** Orders two row numbers. */
  @FunctionalInterface
  public interface Order {
    int compare(int left, int right);
  }

  /** Sorts {@code values[from .. to)}: runs by insertion, then merged bottom-up. */
  public static void sort(int[] values, int from, int to, Order order) {
    for (int start = from; start < to; start += RUN) {
      insertion(values, start, Math.min(start + RUN, to), order);
    }
    if (to - from <= RUN) {
      return;
    }
    int[] source = values;
    int[] target = Arrays.copyOf(values, to);
    for (int width = RUN; width < to - from; width *= 2) {
      for (int start = from; start < to; start += 2 * width) {
        int middle = Math.min(start + width, to);
        merge(source, target, start, middle, Math.min(start + 2 * width, to), order);
      }
      int[] swap = source;
      source = target;
      target = swap;
    }
    if (source != values) {
      System.arraycopy(source, from, values, from, to - from);
    }
  }

  private static void insertion(int[] values, int from, int to, Order order) {
    for (int i = from + 1; i < to; i++) {
      int value = values[i];
      int at = i;
      while (at > from && order.compare(values[at - 1], value) > 0) {
        values[at] = values[at - 1];
        at--;
      }
      values[at] = value;
    }
  }

  private static void merge(int[] from, int[] to, int start, int middle, int end, Order order) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      if (left < middle && (right >= end || order.compare(from[left], from[right]) <= 0)) {
        to[i] = from[left++];
      } else {
        to[i] = from[right++];
      }
    }
  }
}
