package io.tempo4j.column;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits strings into patterns and the variable parts in them: decimal numbers, UUIDs and runs of
 * hexadecimal digits, which take a fraction of their text as binary and need no compressor.
 *
 * <p>The idea is that of CLP (Rodrigues, Luo and Yuan, OSDI 2021): "id = 17 AND tenant = 'ab3f'"
 * and "id = 5 AND tenant = '07cc'" share one pattern.
 *
 * <p>Reuses its arrays from chunk to chunk; not thread-safe.
 */
final class StringPatterns {

  // Placeholders in patterns; codes are part of the format.
  static final int NUMBER = 1;
  static final int UUID = 2;

  /** Followed by a byte with the number of digits. */
  static final int HEX = 3;

  static final int MAX_NUMBERS = 32;
  static final int MAX_DIGITS = 18;
  static final int MIN_HEX = 4;
  static final int MAX_HEX = 255;
  static final int UUID_LENGTH = 36;

  // Classes of bytes, as bits.
  private static final int DIGIT = 1;
  private static final int HEX_LETTER = 2;
  private static final int OTHER_LETTER = 4;
  private static final int RESERVED = 8;
  private static final byte[] CLASSES = new byte[256];
  private static final byte[] NIBBLES = new byte[256];

  static {
    Arrays.fill(NIBBLES, (byte) -1);
    for (int c = 0; c < 128; c++) {
      if (c >= '0' && c <= '9') {
        CLASSES[c] = DIGIT;
        NIBBLES[c] = (byte) (c - '0');
      } else if (c >= 'a' && c <= 'f') {
        CLASSES[c] = HEX_LETTER;
        NIBBLES[c] = (byte) (c - 'a' + 10);
      } else if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
        CLASSES[c] = OTHER_LETTER;
      } else if (c <= HEX) {
        CLASSES[c] = RESERVED;
      }
    }
  }

  /** Pattern of each string. */
  long[] codes = new long[0];

  /** The bytes of the patterns, one behind the other, and where each ends. */
  final ByteSink patterns = new ByteSink();

  long[] patternEnds = new long[64];
  int patternCount;

  /** Numbers by their position among the numbers of a string. */
  final long[] @Nullable [] numbers = new long[MAX_NUMBERS][];

  final int[] numberCounts = new int[MAX_NUMBERS];

  /** Nibbles of UUIDs, two a byte, first one high. */
  final ByteSink uuids = new ByteSink();

  /** Nibbles of other hexadecimal runs, one a byte until they are packed. */
  final ByteSink nibbles = new ByteSink();

  private int[] table = new int[256];
  private final ByteSink current = new ByteSink();
  private int currentNumbers;

  /**
   * Splits the strings.
   *
   * @return false if patterns do not suit: a string holds bytes that mark placeholders, or there
   *     are more than {@code maxPatterns}
   */
  boolean split(Dictionary dictionary, int[] entries, int count, int maxPatterns) {
    if (codes.length < count) {
      codes = new long[Math.max(count, 2 * codes.length)];
    }
    Arrays.fill(numberCounts, 0);
    Arrays.fill(table, 0);
    patterns.reset();
    uuids.reset();
    nibbles.reset();
    patternCount = 0;
    for (int i = 0; i < count; i++) {
      int at = dictionary.offset(entries[i]);
      if (!splitOne(dictionary.bytes(entries[i]), at, at + dictionary.length(entries[i]))) {
        return false;
      }
      codes[i] = intern();
      if (patternCount > maxPatterns) {
        return false;
      }
    }
    return true;
  }

  private boolean splitOne(byte[] bytes, int from, int to) {
    current.reset();
    // A placeholder takes at most the room of what it stands for, and a byte more for short runs.
    current.ensure(to - from + 16);
    byte[] out = current.array();
    int size = 0;
    currentNumbers = 0;
    int at = from;
    while (at < to) {
      int kind = CLASSES[bytes[at] & 0xFF];
      if (kind == 0) {
        out[size++] = bytes[at++];
        continue;
      }
      if (kind == RESERVED) {
        return false;
      }
      if (kind != OTHER_LETTER && to - at >= UUID_LENGTH && isUuid(bytes, at)) {
        addUuid(bytes, at);
        out[size++] = UUID;
        at += UUID_LENGTH;
        continue;
      }
      int end = at;
      int kinds = 0;
      int seen;
      while (end < to && (seen = CLASSES[bytes[end] & 0xFF] & 7) != 0) {
        kinds |= seen;
        end++;
      }
      size = splitToken(bytes, at, end, kinds, out, size);
      at = end;
    }
    current.advance(size);
    return true;
  }

  /** A run of letters and digits; returns the new size of the pattern. */
  private int splitToken(byte[] bytes, int from, int to, int kinds, byte[] out, int start) {
    int size = start;
    if ((kinds & DIGIT) == 0) {
      System.arraycopy(bytes, from, out, size, to - from);
      return size + to - from;
    }
    int length = to - from;
    boolean canonical = bytes[from] != '0' && length <= MAX_DIGITS;
    if ((kinds & OTHER_LETTER) == 0
        && length >= MIN_HEX
        && length <= MAX_HEX
        && (kinds != DIGIT || !canonical)) {
      nibbles.ensure(length);
      byte[] target = nibbles.array();
      int next = nibbles.size();
      for (int i = from; i < to; i++) {
        target[next++] = NIBBLES[bytes[i] & 0xFF];
      }
      nibbles.advance(length);
      out[size++] = HEX;
      out[size++] = (byte) length;
      return size;
    }
    int at = from;
    while (at < to) {
      if (CLASSES[bytes[at] & 0xFF] != DIGIT) {
        out[size++] = bytes[at++];
        continue;
      }
      int end = at;
      long number = 0;
      while (end < to && CLASSES[bytes[end] & 0xFF] == DIGIT && end - at <= MAX_DIGITS) {
        number = number * 10 + (bytes[end] - '0');
        end++;
      }
      if (end - at > MAX_DIGITS
          || currentNumbers == MAX_NUMBERS
          || bytes[at] == '0' && end - at > 1) {
        // Digits that a number would not give back: they stay text, to the end of their run.
        while (at < to && CLASSES[bytes[at] & 0xFF] == DIGIT) {
          out[size++] = bytes[at++];
        }
        continue;
      }
      addNumber(number);
      out[size++] = NUMBER;
      at = end;
    }
    return size;
  }

  private void addNumber(long number) {
    int slot = currentNumbers++;
    long[] values = numbers[slot];
    int count = numberCounts[slot]++;
    if (values == null || count == values.length) {
      values = values == null ? new long[256] : Arrays.copyOf(values, 2 * count);
      numbers[slot] = values;
    }
    values[count] = number;
  }

  private static boolean isUuid(byte[] bytes, int at) {
    if (bytes[at + 8] != '-'
        || bytes[at + 13] != '-'
        || bytes[at + 18] != '-'
        || bytes[at + 23] != '-') {
      return false;
    }
    int bad = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      bad |= isDash(i) ? 0 : NIBBLES[bytes[at + i] & 0xFF];
    }
    return bad >= 0;
  }

  static boolean isDash(int index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
  }

  private void addUuid(byte[] bytes, int at) {
    uuids.ensure(16);
    byte[] target = uuids.array();
    int next = uuids.size();
    for (int i = 0; i < UUID_LENGTH; i += 2) {
      if (isDash(i)) {
        i++;
      }
      target[next++] = (byte) (NIBBLES[bytes[at + i] & 0xFF] << 4 | NIBBLES[bytes[at + i + 1]]);
    }
    uuids.advance(16);
  }

  /** The number of the current pattern, a new one if it was not seen before. */
  private int intern() {
    byte[] bytes = current.array();
    int length = current.size();
    int mask = table.length - 1;
    int slot = (int) Hash64.ofBytes(bytes, 0, length, 0) & mask;
    for (; table[slot] != 0; slot = slot + 1 & mask) {
      int code = table[slot] - 1;
      int from = code == 0 ? 0 : (int) patternEnds[code - 1];
      if (Arrays.equals(patterns.array(), from, (int) patternEnds[code], bytes, 0, length)) {
        return code;
      }
    }
    if (patternCount == patternEnds.length) {
      patternEnds = Arrays.copyOf(patternEnds, 2 * patternCount);
    }
    patterns.putBytes(bytes, 0, length);
    patternEnds[patternCount] = patterns.size();
    table[slot] = ++patternCount;
    if (2 * patternCount > table.length) {
      rehash();
    }
    return patternCount - 1;
  }

  private void rehash() {
    int[] larger = new int[2 * table.length];
    int mask = larger.length - 1;
    for (int code = 0; code < patternCount; code++) {
      int from = code == 0 ? 0 : (int) patternEnds[code - 1];
      int slot =
          (int) Hash64.ofBytes(patterns.array(), from, (int) patternEnds[code] - from, 0) & mask;
      while (larger[slot] != 0) {
        slot = slot + 1 & mask;
      }
      larger[slot] = code + 1;
    }
    table = larger;
  }
}
