package io.tempo4j.receivers;

import java.util.Objects;

/**
 * A run of bytes in an array that is not copied.
 *
 * @param array holds the bytes
 * @param offset index of the first
 * @param length how many
 */
@SuppressWarnings("ArrayRecordComponent")
public record ByteSlice(byte[] array, int offset, int length) {

  /**
   * Checks the bounds.
   *
   * @throws IndexOutOfBoundsException if the run is not inside the array
   */
  public ByteSlice {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  /** The whole array. */
  public static ByteSlice of(byte[] array) {
    return new ByteSlice(array, 0, array.length);
  }
}
