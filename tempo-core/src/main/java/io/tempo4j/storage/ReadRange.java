package io.tempo4j.storage;

import java.io.EOFException;
import java.util.Objects;

/** What every store checks and says about the ranges of {@link ObjectStore#read}. */
public final class ReadRange {

  private ReadRange() {}

  /**
   * Checks the arguments of a read.
   *
   * @throws IndexOutOfBoundsException if the range does not fit into the target, or the offset is
   *     negative
   */
  public static void check(long offset, byte[] target, int targetOffset, int length) {
    Objects.checkFromIndexSize(targetOffset, length, target.length);
    if (offset < 0 || offset > Long.MAX_VALUE - length) {
      throw new IndexOutOfBoundsException("range of " + length + " bytes at offset " + offset);
    }
  }

  /** The error for an object that ends before the end of the range. */
  public static EOFException beyondEnd(
      String key, String store, long sizeBytes, long offset, int length) {
    return new EOFException(
        "object '"
            + key
            + "' in "
            + store
            + " has "
            + sizeBytes
            + " bytes, asked for "
            + length
            + " at offset "
            + offset);
  }
}
