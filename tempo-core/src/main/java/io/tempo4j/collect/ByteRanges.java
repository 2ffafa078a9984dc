package io.tempo4j.collect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Compares short ranges of bytes, eight or four at a time.
 *
 * <p>Keys and values of attributes have 5 to 40 bytes. For these {@link java.util.Arrays#equals}
 * checks and calls more than it compares.
 */
public final class ByteRanges {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private ByteRanges() {}

  /**
   * Whether two ranges of the same length have the same bytes.
   *
   * @throws IndexOutOfBoundsException if a range is compared beyond its array
   */
  public static boolean equal(byte[] a, int fromA, byte[] b, int fromB, int length) {
    if (length >= Long.BYTES) {
      int last = length - Long.BYTES;
      for (int i = 0; i < last; i += Long.BYTES) {
        if ((long) LONG.get(a, fromA + i) != (long) LONG.get(b, fromB + i)) {
          return false;
        }
      }
      // the last eight bytes may overlap those before them
      return (long) LONG.get(a, fromA + last) == (long) LONG.get(b, fromB + last);
    }
    if (length >= Integer.BYTES) {
      int last = length - Integer.BYTES;
      return (int) INT.get(a, fromA) == (int) INT.get(b, fromB)
          && (int) INT.get(a, fromA + last) == (int) INT.get(b, fromB + last);
    }
    for (int i = 0; i < length; i++) {
      if (a[fromA + i] != b[fromB + i]) {
        return false;
      }
    }
    return true;
  }
}
