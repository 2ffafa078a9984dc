package io.tempo4j.traceql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Matches texts with gaps between them: {@code abc.*}, {@code .*abc}, {@code .*abc.*}, {@code
 * a.+b.*c}.
 */
final class Glob implements TextMatcher {

  /** At least two: what is before the first gap, between gaps, and behind the last. */
  private final byte[][] parts;

  /** The least number of bytes between parts {@code i} and {@code i + 1}: 0 or 1. */
  private final int[] gaps;

  private final int shortest;

  Glob(SimplePattern.Sequence sequence) {
    parts =
        sequence.texts().stream()
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    gaps = sequence.gaps().stream().mapToInt(Integer::intValue).toArray();
    shortest = Arrays.stream(parts).mapToInt(part -> part.length).sum() + Arrays.stream(gaps).sum();
  }

  // A gap of one code point or more is one of one byte or more: a part is whole code points, and
  // in UTF-8 one code point's bytes never occur inside another's. Taking the first occurrence of
  // every part in the middle leaves the most room for those behind it, so no search goes back.
  @Override
  public boolean matches(byte[] utf8, int offset, int length) {
    byte[] first = parts[0];
    byte[] last = parts[parts.length - 1];
    if (length < shortest
        || !isAt(utf8, offset, first)
        || !isAt(utf8, offset + length - last.length, last)) {
      return false;
    }
    int from = offset + first.length + gaps[0];
    int to = offset + length - last.length;
    for (int i = 1; i < parts.length - 1; i++) {
      int found = indexOf(utf8, from, to, parts[i]);
      if (found < 0) {
        return false;
      }
      from = found + parts[i].length + gaps[i];
    }
    return from <= to;
  }

  private static boolean isAt(byte[] utf8, int offset, byte[] part) {
    return Arrays.equals(utf8, offset, offset + part.length, part, 0, part.length);
  }

  private static int indexOf(byte[] utf8, int from, int to, byte[] part) {
    if (part.length == 0) {
      return from;
    }
    byte first = part[0];
    for (int i = from; i <= to - part.length; i++) {
      if (utf8[i] == first && isAt(utf8, i, part)) {
        return i;
      }
    }
    return -1;
  }
}
