package io.tempo4j.storage;

import java.util.Comparator;

/**
 * The rules for keys, the same in every store, so that data can move between stores.
 *
 * <p>A key is 1 to {@value #MAX_BYTES} bytes of UTF-8: segments with one {@code /} between two. A
 * segment is not empty, not {@code .} and not {@code ..}, and at most {@value
 * #MAX_ENCODED_SEGMENT_BYTES} bytes long, where {@code %} and each byte outside ASCII count three
 * (stores may percent-encode them). No character is a control character, a backslash or half of a
 * surrogate pair. The first segment does not begin with {@code ~}: such names belong to the stores.
 */
public final class ObjectKey {

  /** The longest key in UTF-8 bytes: S3 allows 1024, of which 256 are left for a prefix. */
  public static final int MAX_BYTES = 768;

  /** The longest segment of a key in percent-encoded bytes. */
  public static final int MAX_ENCODED_SEGMENT_BYTES = 255;

  /** The order of lists: by UTF-8 bytes, which is the order of code points. */
  public static final Comparator<String> ORDER = ObjectKey::compare;

  private ObjectKey() {}

  /**
   * Returns the key if it is valid.
   *
   * @throws IllegalArgumentException if it breaks a rule; the message says which
   */
  public static String requireValid(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("object key is empty");
    }
    check("object key", key, true);
    return key;
  }

  /**
   * Returns the prefix if a valid key can begin with it. The empty prefix is valid.
   *
   * @throws IllegalArgumentException if no valid key begins with it; the message says why
   */
  public static String requireValidPrefix(String prefix) {
    check("object key prefix", prefix, false);
    return prefix;
  }

  private static void check(String what, String key, boolean complete) {
    if (key.startsWith("~")) {
      throw invalid(what, key, "begins with '~', which is reserved");
    }
    int keyBytes = 0;
    int segmentStart = 0;
    int segmentBytes = 0;
    int index = 0;
    while (index < key.length()) {
      int codePoint = key.codePointAt(index);
      int width = utf8Width(codePoint);
      keyBytes += width;
      if (codePoint == '/') {
        checkSegment(what, key, segmentStart, index);
        segmentStart = index + 1;
        segmentBytes = 0;
      } else {
        if (Character.isISOControl(codePoint)) {
          throw invalid(
              what, key, String.format("has the control character U+%04X at %d", codePoint, index));
        }
        if (codePoint == '\\') {
          throw invalid(what, key, "has a backslash at " + index);
        }
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
          throw invalid(what, key, "has half of a surrogate pair at " + index);
        }
        segmentBytes += width == 1 && codePoint != '%' ? 1 : 3 * width;
        if (segmentBytes > MAX_ENCODED_SEGMENT_BYTES) {
          throw invalid(
              what,
              key,
              "has a segment of more than " + MAX_ENCODED_SEGMENT_BYTES + " percent-encoded bytes");
        }
      }
      if (keyBytes > MAX_BYTES) {
        throw invalid(what, key, "is longer than " + MAX_BYTES + " bytes");
      }
      index += Character.charCount(codePoint);
    }
    if (complete) {
      checkSegment(what, key, segmentStart, key.length());
    }
  }

  private static void checkSegment(String what, String key, int start, int end) {
    int length = end - start;
    if (length == 0) {
      throw invalid(what, key, "has an empty segment at " + start);
    }
    if (key.charAt(start) == '.'
        && (length == 1 || (length == 2 && key.charAt(start + 1) == '.'))) {
      throw invalid(what, key, "has the segment '" + key.substring(start, end) + "' at " + start);
    }
  }

  private static int utf8Width(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  private static IllegalArgumentException invalid(String what, String key, String why) {
    return new IllegalArgumentException(what + " " + why + ": '" + printable(key) + "'");
  }

  /** Keeps control characters and endless names out of messages and logs. */
  private static String printable(String key) {
    StringBuilder out = new StringBuilder();
    int shown = Math.min(key.length(), 200);
    for (int i = 0; i < shown; i++) {
      char c = key.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return shown < key.length() ? out + "..." : out.toString();
  }

  /** UTF-16 order but for surrogates, which stand for code points above all others. */
  private static int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean aSurrogate = Character.isSurrogate(a);
        return aSurrogate == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : aSurrogate ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
