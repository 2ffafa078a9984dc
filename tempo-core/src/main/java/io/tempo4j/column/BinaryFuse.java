package io.tempo4j.column;

import java.util.Arrays;

/**
 * Builds 3-wise binary fuse filters with 8-bit fingerprints.
 *
 * <p>Each key has three slots, one in each of three consecutive segments; the exclusive or of their
 * fingerprints is the key's own. Slots are assigned by peeling: a slot that only one unassigned key
 * uses can be given to that key, which frees its other slots. See Graf and Lemire, "Binary Fuse
 * Filters: Fast and Smaller Than Xor Filters", 2022.
 *
 * <p>Reuses its arrays; not thread-safe.
 */
final class BinaryFuse {

  private static final int MAX_ATTEMPTS = 64;

  private int segmentBits;
  private int segments;
  private long seed;
  private byte[] fingerprints = new byte[0];
  private long[] hashes = new long[0];
  private byte[] counts = new byte[0];
  private int[] alone = new int[0];
  private long[] peeled = new long[0];
  private byte[] peeledSlots = new byte[0];

  /** Binary logarithm of the segment length. */
  int segmentBits() {
    return segmentBits;
  }

  /** Number of segments that a key's first slot can lie in. */
  int segments() {
    return segments;
  }

  /** What was added to the keys before mixing. */
  long seed() {
    return seed;
  }

  /** The fingerprints, {@link #slots()} of them. */
  byte[] fingerprints() {
    return fingerprints;
  }

  /** Number of fingerprints. */
  int slots() {
    return slots(segments, segmentBits);
  }

  static int slots(int segments, int segmentBits) {
    return (segments + 2) << segmentBits;
  }

  /** Whether the fingerprints at {@code offset} say that the key may be there. */
  static boolean mayContain(
      long key, long seed, int segments, int segmentBits, byte[] bytes, int offset) {
    long hash = Hash64.avalanche(key + seed);
    int mask = (1 << segmentBits) - 1;
    int first = first(hash, segments, segmentBits);
    int second = first + mask + 1 ^ (int) (hash >>> 18) & mask;
    int third = first + 2 * (mask + 1) ^ (int) hash & mask;
    int found = bytes[offset + first] ^ bytes[offset + second] ^ bytes[offset + third];
    return (byte) found == fingerprint(hash);
  }

  private static int first(long hash, int segments, int segmentBits) {
    return (int) Math.unsignedMultiplyHigh(hash, (long) segments << segmentBits);
  }

  private static byte fingerprint(long hash) {
    return (byte) (hash ^ hash >>> 32);
  }

  /**
   * Builds the filter of distinct keys.
   *
   * @return false if no seed suited, which does not happen to distinct keys in practice
   */
  boolean build(long[] keys, int count) {
    size(count);
    int slots = slots();
    if (fingerprints.length < slots) {
      fingerprints = new byte[slots];
      hashes = new long[slots];
      counts = new byte[slots];
      alone = new int[slots];
    }
    if (peeled.length < count) {
      peeled = new long[count];
      peeledSlots = new byte[count];
    }
    seed = 0;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      seed = Hash64.ofLong(attempt, count);
      if (fill(keys, count) && peel(count)) {
        assign(count);
        return true;
      }
    }
    return false;
  }

  private void size(int count) {
    int n = Math.max(2, count);
    segmentBits = Math.min(18, (int) Math.floor(Math.log(n) / Math.log(3.33) + 2.25));
    double factor = Math.max(1.125, 0.875 + 0.25 * Math.log(1_000_000) / Math.log(n));
    int capacity = (int) Math.round(n * factor);
    segments = Math.max(1, ((capacity + (1 << segmentBits) - 1) >>> segmentBits) - 2);
  }

  /** Adds every key to its three slots; false if a counter overflowed. */
  private boolean fill(long[] keys, int count) {
    int slots = slots();
    Arrays.fill(hashes, 0, slots, 0);
    Arrays.fill(counts, 0, slots, (byte) 0);
    int segmentLength = 1 << segmentBits;
    int mask = segmentLength - 1;
    boolean overflow = false;
    for (int i = 0; i < count; i++) {
      long hash = Hash64.avalanche(keys[i] + seed);
      int first = first(hash, segments, segmentBits);
      int second = first + segmentLength ^ (int) (hash >>> 18) & mask;
      int third = first + 2 * segmentLength ^ (int) hash & mask;
      // Six bits count the keys, two bits collect which of its slots this is.
      hashes[first] ^= hash;
      hashes[second] ^= hash;
      hashes[third] ^= hash;
      byte a = (byte) (counts[first] + 4);
      byte b = (byte) ((counts[second] + 4) ^ 1);
      byte c = (byte) ((counts[third] + 4) ^ 2);
      counts[first] = a;
      counts[second] = b;
      counts[third] = c;
      overflow |= (a & 0xFC) == 0 | (b & 0xFC) == 0 | (c & 0xFC) == 0;
    }
    return !overflow;
  }

  private boolean peel(int count) {
    int slots = slots();
    int segmentLength = 1 << segmentBits;
    int mask = segmentLength - 1;
    int waiting = 0;
    for (int slot = 0; slot < slots; slot++) {
      alone[waiting] = slot;
      waiting += counts[slot] >>> 2 == 1 ? 1 : 0;
    }
    int done = 0;
    while (waiting > 0) {
      int slot = alone[--waiting];
      if ((counts[slot] & 0xFC) != 4) {
        continue;
      }
      long hash = hashes[slot];
      int which = counts[slot] & 3;
      peeled[done] = hash;
      peeledSlots[done] = (byte) which;
      done++;
      int first = first(hash, segments, segmentBits);
      int second = first + segmentLength ^ (int) (hash >>> 18) & mask;
      int third = first + 2 * segmentLength ^ (int) hash & mask;
      waiting = release(first, 0, hash, waiting);
      waiting = release(second, 1, hash, waiting);
      waiting = release(third, 2, hash, waiting);
    }
    return done == count;
  }

  /** Takes a key out of one of its slots, and queues the slot if one key is left. */
  private int release(int slot, int which, long hash, int waiting) {
    byte count = (byte) ((counts[slot] - 4) ^ which);
    counts[slot] = count;
    hashes[slot] ^= hash;
    alone[waiting] = slot;
    return waiting + ((count & 0xFC) == 4 ? 1 : 0);
  }

  private void assign(int count) {
    Arrays.fill(fingerprints, 0, slots(), (byte) 0);
    int segmentLength = 1 << segmentBits;
    int mask = segmentLength - 1;
    for (int i = count - 1; i >= 0; i--) {
      long hash = peeled[i];
      int first = first(hash, segments, segmentBits);
      int second = first + segmentLength ^ (int) (hash >>> 18) & mask;
      int third = first + 2 * segmentLength ^ (int) hash & mask;
      int slot =
          switch (peeledSlots[i]) {
            case 0 -> first;
            case 1 -> second;
            default -> third;
          };
      // The slot itself is still zero.
      fingerprints[slot] =
          (byte)
              (fingerprint(hash)
                  ^ fingerprints[first]
                  ^ fingerprints[second]
                  ^ fingerprints[third]);
    }
  }
}
