package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The encodings of the bytes of many strings, and their decoder; chunk-v1.md, section 4. */
final class StringBlob {

  // Codes are part of the format.
  static final int BYTES = 0;
  static final int FRONT = 1;
  static final int PATTERNS = 2;

  /** What FRONT and PATTERNS may decode to: more than their own bytes, so it is bounded. */
  static final int MAX_DERIVED_BYTES = 1 << 26;

  private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

  private StringBlob() {}

  /** Reads {@code count} strings, at least 1. */
  static Dictionary read(ByteSource source, int count, Dictionary.Order order)
      throws CorruptBlockException {
    Dictionary dictionary = read(source, count, order, null);
    if (order == Dictionary.Order.SORTED) {
      requireAscending(source, dictionary);
    }
    return dictionary;
  }

  /** Reads {@code count} strings, at least 1; those that are not {@code used} may be empty. */
  static Dictionary readSome(ByteSource source, int count, BitSet used)
      throws CorruptBlockException {
    return read(source, count, Dictionary.Order.NONE, used);
  }

  private static Dictionary read(
      ByteSource source, int count, Dictionary.Order order, @Nullable BitSet used)
      throws CorruptBlockException {
    int form = source.readByte();
    return switch (form) {
      case BYTES -> readBytes(source, count, order);
      case FRONT -> readFront(source, count, order);
      case PATTERNS -> new PatternReader(source, count, used).read(order);
      default -> throw source.corrupt("a form of strings", Integer.toString(form));
    };
  }

  private static void requireAscending(ByteSource source, Dictionary dictionary)
      throws CorruptBlockException {
    for (int i = 1; i < dictionary.size(); i++) {
      if (LocalDictionary.compare(dictionary, i - 1, i) >= 0) {
        throw source.corrupt("ascending entries", "entry " + i + " not above the one before");
      }
    }
  }

  private static Dictionary readBytes(ByteSource source, int count, Dictionary.Order order)
      throws CorruptBlockException {
    int[] offsets = readOffsets(source, count);
    int total = offsets[count];
    Sections.Section section = Sections.read(source, total, "string bytes");
    byte[] bytes =
        section.own()
            ? section.bytes()
            : Arrays.copyOfRange(section.bytes(), section.offset(), section.offset() + total);
    return new Dictionary(bytes, offsets, count, order);
  }

  private static Dictionary readFront(ByteSource source, int count, Dictionary.Order order)
      throws CorruptBlockException {
    int[] prefixes = new int[count];
    IntegerStream.readInts(source, count, prefixes);
    int[] suffixes = readOffsets(source, count);
    int[] offsets = new int[count + 1];
    long total = 0;
    int previous = 0;
    for (int i = 0; i < count; i++) {
      if (prefixes[i] < 0 || prefixes[i] > previous) {
        throw source.corrupt("a shared prefix of at most " + previous, "" + prefixes[i]);
      }
      previous = prefixes[i] + suffixes[i + 1] - suffixes[i];
      total += previous;
      if (previous < 0 || total > MAX_DERIVED_BYTES) {
        throw source.corrupt("strings of at most " + MAX_DERIVED_BYTES + " bytes", "more");
      }
      offsets[i + 1] = (int) total;
    }
    Sections.Section section = Sections.read(source, suffixes[count], "string suffixes");
    byte[] bytes = new byte[(int) total];
    for (int i = 0; i < count; i++) {
      int prefix = prefixes[i];
      if (prefix > 0) {
        System.arraycopy(bytes, offsets[i - 1], bytes, offsets[i], prefix);
      }
      System.arraycopy(
          section.bytes(),
          section.offset() + suffixes[i],
          bytes,
          offsets[i] + prefix,
          suffixes[i + 1] - suffixes[i]);
    }
    return new Dictionary(bytes, offsets, count, order);
  }

  /** The running sums of {@code count} lengths, from 0. */
  static int[] readOffsets(ByteSource source, int count) throws CorruptBlockException {
    int[] lengths = new int[count];
    IntegerStream.readInts(source, count, lengths);
    int[] offsets = new int[count + 1];
    int total = 0;
    for (int i = 0; i < count; i++) {
      if (lengths[i] < 0 || lengths[i] > MAX_BYTES - total) {
        throw source.corrupt("strings of at most " + MAX_BYTES + " bytes", "more");
      }
      total += lengths[i];
      offsets[i + 1] = total;
    }
    return offsets;
  }
}
