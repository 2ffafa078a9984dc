package io.tempo4j.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The 64-bit hash of stored filters: XXH64 of the xxHash specification, version 0.1.1.
 *
 * <p>Part of block format v1, see docs/format/filter-v1.md. Not for untrusted keys where an
 * attacker must not find collisions. No method allocates.
 */
public final class Hash64 {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Hash64() {}

  /** The hash of {@code bytes[offset .. offset + length)}. */
  public static long ofBytes(byte[] bytes, int offset, int length, long seed) {
    java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
    int at = offset;
    int end = offset + length;
    long hash;
    if (length >= 32) {
      long a = seed + P1 + P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      int last = end - 32;
      do {
        a = round(a, (long) LONG.get(bytes, at));
        b = round(b, (long) LONG.get(bytes, at + 8));
        c = round(c, (long) LONG.get(bytes, at + 16));
        d = round(d, (long) LONG.get(bytes, at + 24));
        at += 32;
      } while (at <= last);
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = seed + P5;
    }
    hash += length;
    for (; at + 8 <= end; at += 8) {
      hash = eight(hash, (long) LONG.get(bytes, at));
    }
    if (at + 4 <= end) {
      hash ^= ((int) INT.get(bytes, at) & 0xFFFFFFFFL) * P1;
      hash = Long.rotateLeft(hash, 23) * P2 + P3;
      at += 4;
    }
    for (; at < end; at++) {
      hash ^= (bytes[at] & 0xFF) * P5;
      hash = Long.rotateLeft(hash, 11) * P1;
    }
    return avalanche(hash);
  }

  /** The hash of the eight bytes of {@code value}, little-endian. */
  public static long ofLong(long value, long seed) {
    return avalanche(eight(seed + P5 + 8, value));
  }

  /** The hash of a trace id's 16 bytes, given as two big-endian halves, with seed 0. */
  public static long ofTraceId(long high, long low) {
    return avalanche(eight(eight(P5 + 16, Long.reverseBytes(high)), Long.reverseBytes(low)));
  }

  /**
   * The seed with which values of a column are hashed: the hash of the key's name as UTF-8, seeded
   * with {@code table << 8 | kind << 4 | type} in codes of {@link Table}, {@link ColumnKey.Kind}
   * (field 0, attribute 1) and {@link ValueType}.
   */
  public static long ofColumn(ColumnKey key) {
    byte[] name = key.name().getBytes(StandardCharsets.UTF_8);
    int kind = key.isAttribute() ? 1 : 0;
    return ofBytes(name, 0, name.length, key.table().code() << 8 | kind << 4 | key.type().code());
  }

  /** XXH64's finalisation: every bit of the result depends on every bit of {@code hash}. */
  static long avalanche(long hash) {
    long mixed = hash;
    mixed ^= mixed >>> 33;
    mixed *= P2;
    mixed ^= mixed >>> 29;
    mixed *= P3;
    return mixed ^ mixed >>> 32;
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * P1 + P4;
  }

  private static long eight(long hash, long input) {
    return Long.rotateLeft(hash ^ round(0, input), 27) * P1 + P4;
  }
}
