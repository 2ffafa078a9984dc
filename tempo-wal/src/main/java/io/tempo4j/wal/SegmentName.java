package io.tempo4j.wal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a segment file: {@code <number>-<marker>.wal}, both as 16 lower-case hexadecimal digits.
 *
 * @param number position of the segment in the log; segments are read in this order
 * @param marker what every frame of the segment begins with
 */
record SegmentName(long number, long marker) implements Comparable<SegmentName> {

  private static final Pattern FILE_NAME =
      Pattern.compile("([0-7][0-9a-f]{15})-([0-9a-f]{16})\\.wal");

  SegmentName {
    if (number < 0) {
      throw new IllegalArgumentException("segment number is negative: " + number);
    }
  }

  /** The name that {@code fileName} spells, empty for files that are no segments. */
  static Optional<SegmentName> parse(String fileName) {
    Matcher matcher = FILE_NAME.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new SegmentName(
            Long.parseUnsignedLong(matcher.group(1), 16),
            Long.parseUnsignedLong(matcher.group(2), 16)));
  }

  String fileName() {
    return String.format("%016x-%016x.wal", number, marker);
  }

  @Override
  public int compareTo(SegmentName other) {
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : Long.compareUnsigned(marker, other.marker);
  }

  @Override
  public String toString() {
    return fileName();
  }
}
