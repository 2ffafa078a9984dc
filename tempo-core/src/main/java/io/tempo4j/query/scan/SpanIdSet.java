package io.tempo4j.query.scan;

import java.util.Arrays;

/** The identities (span id, kind) of spans seen; open addressing, no objects per span. */
public final class SpanIdSet {

  private long[] ids;
  private int[] kinds;
  private boolean[] used;
  private int size;

  public SpanIdSet(int expected) {
    int capacity = Integer.highestOneBit(Math.max(8, Math.min(expected, 1 << 28))) << 2;
    ids = new long[capacity];
    kinds = new int[capacity];
    used = new boolean[capacity];
  }

  /** Adds an identity; false if it was there. */
  public boolean add(long id, int kind) {
    if (2 * size >= ids.length) {
      grow();
    }
    int slot = slot(id, kind);
    if (used[slot]) {
      return false;
    }
    used[slot] = true;
    ids[slot] = id;
    kinds[slot] = kind;
    size++;
    return true;
  }

  public void clear() {
    if (size > 0) {
      Arrays.fill(used, false);
      size = 0;
    }
  }

  private int slot(long id, int kind) {
    int mask = ids.length - 1;
    long mixed = (id + kind) * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (used[slot] && (ids[slot] != id || kinds[slot] != kind)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldKinds = kinds;
    boolean[] oldUsed = used;
    ids = new long[2 * oldIds.length];
    kinds = new int[2 * oldIds.length];
    used = new boolean[2 * oldIds.length];
    for (int i = 0; i < oldIds.length; i++) {
      if (oldUsed[i]) {
        int slot = slot(oldIds[i], oldKinds[i]);
        used[slot] = true;
        ids[slot] = oldIds[i];
        kinds[slot] = oldKinds[i];
      }
    }
  }
}
