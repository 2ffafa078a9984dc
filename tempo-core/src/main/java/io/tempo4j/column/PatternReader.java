package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Puts strings together again that {@link StringPatterns} split; for one use. */
final class PatternReader {

  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private final ByteSource source;
  private final int count;
  private final @Nullable BitSet wanted;

  private int patternCount;
  private int[] codes = new int[0];
  private byte[] patterns = new byte[0];
  private int patternsAt;
  private int[] ends = new int[0];

  /** Numbers, UUIDs and other nibbles that each pattern has, and bytes beside the numbers. */
  private int[] numbersOf = new int[0];

  private int[] uuidsOf = new int[0];
  private int[] nibblesOf = new int[0];
  private int[] fixedBytesOf = new int[0];

  private final long[] @Nullable [] numbers = new long[StringPatterns.MAX_NUMBERS][];
  private final int[] used = new int[StringPatterns.MAX_NUMBERS];

  /**
   * A reader of {@code count} strings.
   *
   * @param wanted the strings that are put together, the others are left empty; null for all
   */
  PatternReader(ByteSource source, int count, @Nullable BitSet wanted) {
    this.source = source;
    this.count = count;
    this.wanted = wanted;
  }

  Dictionary read(Dictionary.Order order) throws CorruptBlockException {
    patternCount = source.readCount(count, "number of patterns");
    if (patternCount == 0) {
      throw source.corrupt("at least one pattern", "none");
    }
    codes = new int[count];
    IntegerStream.readCodes(source, count, patternCount, codes);
    ends = StringBlob.readOffsets(source, patternCount);
    Sections.Section section = Sections.read(source, ends[patternCount], "patterns");
    patterns = section.bytes();
    patternsAt = section.offset();
    inspect();
    long uuids = 0;
    long nibbles = 0;
    int[] countWith = new int[StringPatterns.MAX_NUMBERS + 1];
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      countWith[numbersOf[code]]++;
      uuids += uuidsOf[code];
      nibbles += nibblesOf[code];
    }
    readNumbers(countWith);
    Sections.Section uuidSection = Sections.read(source, 16 * uuids, "UUIDs");
    Sections.Section nibbleSection = Sections.read(source, (nibbles + 1) >>> 1, "hex digits");
    int[] offsets = measure();
    byte[] bytes = assemble(offsets, uuidSection, nibbleSection);
    return new Dictionary(bytes, offsets, count, order);
  }

  /** Counts what every pattern holds. */
  private void inspect() throws CorruptBlockException {
    numbersOf = new int[patternCount];
    uuidsOf = new int[patternCount];
    nibblesOf = new int[patternCount];
    fixedBytesOf = new int[patternCount];
    for (int pattern = 0; pattern < patternCount; pattern++) {
      int end = patternsAt + ends[pattern + 1];
      int fixed = 0;
      for (int at = patternsAt + ends[pattern]; at < end; at++) {
        switch (patterns[at]) {
          case 0 -> throw source.corrupt("patterns without byte 0", "one");
          case StringPatterns.NUMBER -> numbersOf[pattern]++;
          case StringPatterns.UUID -> {
            uuidsOf[pattern]++;
            fixed += StringPatterns.UUID_LENGTH;
          }
          case StringPatterns.HEX -> {
            if (++at == end) {
              throw source.corrupt("the length of a hex run", "the end of the pattern");
            }
            nibblesOf[pattern] += patterns[at] & 0xFF;
            fixed += patterns[at] & 0xFF;
          }
          default -> fixed++;
        }
        if (fixed > StringBlob.MAX_DERIVED_BYTES) {
          throw source.corrupt(
              "strings of at most " + StringBlob.MAX_DERIVED_BYTES + " bytes", "more");
        }
      }
      fixedBytesOf[pattern] = fixed;
      if (numbersOf[pattern] > StringPatterns.MAX_NUMBERS) {
        throw source.corrupt(
            "at most " + StringPatterns.MAX_NUMBERS + " numbers", "" + numbersOf[pattern]);
      }
    }
  }

  /** Reads the numbers of each position; {@code countWith[n]} strings have {@code n} of them. */
  private void readNumbers(int[] countWith) throws CorruptBlockException {
    int left = count;
    for (int slot = 0; slot < StringPatterns.MAX_NUMBERS; slot++) {
      left -= countWith[slot];
      if (left == 0) {
        return;
      }
      long[] values = new long[left];
      IntegerStream.read(source, left, values);
      long signs = 0;
      for (long value : values) {
        signs |= value;
      }
      if (signs < 0) {
        throw source.corrupt("numbers of at least 0", "a negative one");
      }
      numbers[slot] = values;
    }
  }

  private int[] measure() throws CorruptBlockException {
    int[] offsets = new int[count + 1];
    long total = 0;
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      if (isUnwanted(i)) {
        skipNumbers(code);
        offsets[i + 1] = (int) total;
        continue;
      }
      total += fixedBytesOf[code];
      for (int slot = 0; slot < numbersOf[code]; slot++) {
        total += digits(number(slot));
      }
      if (total > StringBlob.MAX_DERIVED_BYTES) {
        throw source.corrupt(
            "strings of at most " + StringBlob.MAX_DERIVED_BYTES + " bytes", "more");
      }
      offsets[i + 1] = (int) total;
    }
    java.util.Arrays.fill(used, 0);
    return offsets;
  }

  private boolean isUnwanted(int string) {
    return wanted != null && !wanted.get(string);
  }

  private void skipNumbers(int code) {
    for (int slot = 0; slot < numbersOf[code]; slot++) {
      used[slot]++;
    }
  }

  private long number(int slot) {
    long[] values = numbers[slot];
    if (values == null) {
      throw new AssertionError("slot " + slot + " was counted but not read");
    }
    return values[used[slot]++];
  }

  private byte[] assemble(
      int[] offsets, Sections.Section uuidSection, Sections.Section nibbleSection) {
    byte[] bytes = new byte[offsets[count]];
    byte[] uuids = uuidSection.bytes();
    int uuidAt = uuidSection.offset();
    byte[] nibbles = nibbleSection.bytes();
    int nibbleAt = nibbleSection.offset();
    int nibble = 0;
    int to = 0;
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      if (isUnwanted(i)) {
        skipNumbers(code);
        uuidAt += 16 * uuidsOf[code];
        nibble += nibblesOf[code];
        continue;
      }
      int end = patternsAt + ends[code + 1];
      int slot = 0;
      for (int at = patternsAt + ends[code]; at < end; at++) {
        byte next = patterns[at];
        switch (next) {
          case StringPatterns.NUMBER -> to = putNumber(number(slot++), bytes, to);
          case StringPatterns.UUID -> {
            putUuid(uuids, uuidAt, bytes, to);
            uuidAt += 16;
            to += StringPatterns.UUID_LENGTH;
          }
          case StringPatterns.HEX -> {
            for (int n = patterns[++at] & 0xFF; n > 0; n--) {
              int pair = nibbles[nibbleAt + (nibble >>> 1)];
              bytes[to++] = DIGITS[(nibble++ & 1) == 0 ? pair >>> 4 & 15 : pair & 15];
            }
          }
          default -> bytes[to++] = next;
        }
      }
    }
    return bytes;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long power = 10; digits < 19 && value >= power; power *= 10) {
      digits++;
    }
    return digits;
  }

  private static int putNumber(long value, byte[] bytes, int at) {
    int end = at + digits(value);
    long rest = value;
    int to = end;
    while (rest > Integer.MAX_VALUE) {
      long next = rest / 10;
      bytes[--to] = (byte) ('0' + (rest - next * 10));
      rest = next;
    }
    int small = (int) rest;
    do {
      int next = small / 10;
      bytes[--to] = (byte) ('0' + (small - next * 10));
      small = next;
    } while (small > 0);
    return end;
  }

  private static void putUuid(byte[] uuids, int from, byte[] bytes, int at) {
    int read = from;
    for (int i = 0; i < StringPatterns.UUID_LENGTH; i += 2) {
      if (StringPatterns.isDash(i)) {
        bytes[at + i++] = '-';
      }
      int pair = uuids[read++];
      bytes[at + i] = DIGITS[pair >>> 4 & 15];
      bytes[at + i + 1] = DIGITS[pair & 15];
    }
  }
}
