package io.tempo4j.block;

import io.tempo4j.storage.ReadPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Consecutive bytes of an object.
 *
 * @param offset the first
 * @param length how many
 */
record ByteRange(long offset, int length) {

  static final Comparator<ByteRange> BY_OFFSET = Comparator.comparingLong(ByteRange::offset);

  /** The first byte behind. */
  long end() {
    return offset + length;
  }

  boolean contains(long otherOffset, int otherLength) {
    return offset <= otherOffset && otherOffset + otherLength <= end();
  }

  /**
   * Ranges that together contain all of {@code wanted}: neighbours are joined where the gap between
   * them is small enough and what comes out not too large.
   *
   * @param wanted in any order; they may overlap, and may be longer than joined ones
   * @return ascending
   */
  static List<ByteRange> joined(List<ByteRange> wanted, ReadPolicy policy) {
    List<ByteRange> sorted = new ArrayList<>(wanted);
    sorted.sort(BY_OFFSET);
    List<ByteRange> joined = new ArrayList<>();
    ByteRange last = null;
    for (ByteRange next : sorted) {
      if (last == null) {
        last = next;
        continue;
      }
      long end = Math.max(last.end(), next.end());
      boolean isInside = end == last.end();
      if (isInside
          || (next.offset - last.end() <= policy.joinGapBytes()
              && end - last.offset <= policy.maxRangeBytes())) {
        last = new ByteRange(last.offset, (int) (end - last.offset));
      } else {
        joined.add(last);
        last = next;
      }
    }
    if (last != null) {
      joined.add(last);
    }
    return joined;
  }
}
