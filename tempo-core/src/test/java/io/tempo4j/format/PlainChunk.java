package io.tempo4j.format;

import static io.tempo4j.format.PlainBytes.require;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads chunks as docs/format/chunk-v1.md describes them, value by value and without haste. */
final class PlainChunk {

  private static final int MAX_NUMBERS = 32;

  private final PlainBytes in;

  private PlainChunk(PlainBytes in) {
    this.in = in;
  }

  /** The values: Long, Integer, Double, Boolean, or byte[] for a string. */
  static List<Object> read(byte[] data, int from, int to, int count) {
    PlainBytes in = PlainBytes.checked(data, from, to);
    int kind = in.u8();
    require(in.count() == count, "number of values");
    List<Object> values = count == 0 ? List.of() : new PlainChunk(in).body(kind, count);
    require(in.remaining() == 0, "end of the body");
    return values;
  }

  private List<Object> body(int kind, int count) {
    List<Object> values = new ArrayList<>();
    switch (kind) {
      case 1 -> integers(count).forEach(values::add);
      case 2 -> integers(count).forEach(value -> values.add(Math.toIntExact(value)));
      case 3 -> doubles(count, values);
      case 4 -> codes(count, 2).forEach(value -> values.add(value == 1));
      case 5 -> sortedDictionary(count, values);
      case 6 -> recentDictionary(count, values);
      case 7 -> values.addAll(strings(count));
      default -> require(false, "kind " + kind);
    }
    return values;
  }

  /** Section 4. */
  private List<Long> integers(int count) {
    int head = in.u8();
    require(head < 32, "upper bits of an encoding");
    int encoding = head & 15;
    boolean delta = (head & 16) != 0;
    if (!delta) {
      return encoded(encoding, count);
    }
    require(encoding >= 1 && encoding <= 3, "delta of encoding " + encoding);
    long value = in.zigzag();
    List<Long> values = new ArrayList<>(List.of(value));
    List<Long> differences = encoded(encoding, count);
    for (int i = 1; i < count; i++) {
      value += PlainBytes.unzigzag(differences.get(i));
      values.add(value);
    }
    return values;
  }

  private List<Long> encoded(int encoding, int count) {
    List<Long> values = new ArrayList<>();
    switch (encoding) {
      case 0 -> {
        long constant = in.zigzag();
        for (int i = 0; i < count; i++) {
          values.add(constant);
        }
      }
      case 1 -> packed(count, values);
      case 2 -> planes(count, values);
      case 3 -> varbits(count, values);
      case 4 -> table(count, values);
      default -> require(false, "encoding " + encoding);
    }
    return values;
  }

  private void packed(int count, List<Long> values) {
    long base = in.zigzag();
    int width = in.u8();
    byte[] bits = in.section(Math.toIntExact(((long) count * width + 7) / 8));
    for (int i = 0; i < count; i++) {
      values.add(base + bits(bits, (long) i * width, width));
    }
  }

  private static long bits(byte[] bytes, long from, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      long bit = from + i;
      value |= (long) (bytes[(int) (bit >>> 3)] >>> (bit & 7) & 1) << i;
    }
    return value;
  }

  private void planes(int count, List<Long> values) {
    long base = in.zigzag();
    byte[][] planes = new byte[in.u8()][];
    for (int plane = 0; plane < planes.length; plane++) {
      planes[plane] = in.section(count);
    }
    for (int i = 0; i < count; i++) {
      long value = 0;
      for (int plane = 0; plane < planes.length; plane++) {
        value |= (planes[plane][i] & 0xffL) << (8 * plane);
      }
      values.add(base + value);
    }
  }

  private void varbits(int count, List<Long> values) {
    long base = in.zigzag();
    byte[] lengths = in.section(count);
    byte[] rest = in.take(in.count());
    long at = 0;
    for (byte length : lengths) {
      int below = Math.max(0, length - 1);
      values.add(base + (length == 0 ? 0 : 1L << below | bits(rest, at, below)));
      at += below;
    }
    require((at + 7) / 8 == rest.length, "bytes of varbits");
  }

  private void table(int count, List<Long> values) {
    long[] entries = new long[in.count()];
    entries[0] = in.zigzag();
    for (int i = 1; i < entries.length; i++) {
      entries[i] = entries[i - 1] + in.varint();
    }
    codes(count, entries.length).forEach(code -> values.add(entries[code.intValue()]));
  }

  /** Section 5. */
  private List<Long> codes(int count, long bound) {
    List<Long> codes = integers(count);
    codes.forEach(code -> require(code >= 0 && code < bound, "code " + code));
    return codes;
  }

  /** Section 6. */
  private void doubles(int count, List<Object> values) {
    int exponent = in.u8();
    for (long integer : integers(count)) {
      values.add(
          exponent == 255 ? Double.longBitsToDouble(integer) : integer / Math.pow(10, exponent));
    }
  }

  /** Section 7. */
  private void sortedDictionary(int count, List<Object> values) {
    int entries = in.count();
    List<Long> codes = codes(count, entries);
    List<byte[]> strings = strings(entries);
    codes.forEach(code -> values.add(strings.get(code.intValue())));
  }

  private void recentDictionary(int count, List<Object> values) {
    int entries = in.count();
    List<Long> distances = integers(count);
    List<byte[]> strings = strings(entries);
    int seen = 0;
    for (long distance : distances) {
      values.add(strings.get((int) (seen - distance)));
      seen += distance == 0 ? 1 : 0;
    }
    require(seen == entries, "entries that were used");
  }

  /** Section 8. */
  private List<byte[]> strings(int count) {
    int form = in.u8();
    return switch (form) {
      case 0 -> plainStrings(count);
      case 1 -> frontStrings(count);
      case 2 -> patternStrings(count);
      default -> throw new IllegalStateException("form of a string blob " + form);
    };
  }

  private List<byte[]> plainStrings(int count) {
    return split(codes(count, 1L << 31));
  }

  private List<byte[]> split(List<Long> lengths) {
    PlainBytes all = new PlainBytes(in.section(sum(lengths)));
    return lengths.stream().map(length -> all.take(length.intValue())).toList();
  }

  private static int sum(List<Long> lengths) {
    return Math.toIntExact(lengths.stream().mapToLong(Long::longValue).sum());
  }

  private List<byte[]> frontStrings(int count) {
    List<Long> prefixes = integers(count);
    List<Long> suffixes = integers(count);
    PlainBytes all = new PlainBytes(in.section(sum(suffixes)));
    List<byte[]> strings = new ArrayList<>();
    byte[] before = new byte[0];
    for (int i = 0; i < count; i++) {
      ByteArrayOutputStream string = new ByteArrayOutputStream();
      string.write(before, 0, prefixes.get(i).intValue());
      string.writeBytes(all.take(suffixes.get(i).intValue()));
      before = string.toByteArray();
      strings.add(before);
    }
    return strings;
  }

  private List<byte[]> patternStrings(int count) {
    int patternCount = in.count();
    List<Long> codes = codes(count, patternCount);
    List<byte[]> patterns = split(integers(patternCount));
    List<byte[]> patternOf = codes.stream().map(code -> patterns.get(code.intValue())).toList();
    List<List<Long>> numbers = numbers(patternOf);
    PlainBytes uuids =
        new PlainBytes(in.section(16 * patternOf.stream().mapToInt(PlainChunk::uuids).sum()));
    int digitCount = patternOf.stream().mapToInt(PlainChunk::digits).sum();
    byte[] digits = in.section((digitCount + 1) / 2);
    int[] nextNumber = new int[MAX_NUMBERS];
    int[] nextDigit = new int[1];
    List<byte[]> strings = new ArrayList<>();
    for (byte[] pattern : patternOf) {
      strings.add(fill(pattern, numbers, nextNumber, uuids, digits, nextDigit));
    }
    return strings;
  }

  /** First numbers of all strings that have one, second numbers of those that have two, … */
  private List<List<Long>> numbers(List<byte[]> patternOf) {
    List<List<Long>> numbers = new ArrayList<>();
    while (true) {
      int place = numbers.size();
      int strings = (int) patternOf.stream().filter(p -> numbers(p) > place).count();
      if (strings == 0) {
        return numbers;
      }
      numbers.add(integers(strings));
    }
  }

  private static int numbers(byte[] pattern) {
    return placeholders(pattern, 1);
  }

  private static int uuids(byte[] pattern) {
    return placeholders(pattern, 2);
  }

  private static int placeholders(byte[] pattern, int sort) {
    int found = 0;
    for (int i = 0; i < pattern.length; i++) {
      found += pattern[i] == sort ? 1 : 0;
      i += pattern[i] == 3 ? 1 : 0;
    }
    return found;
  }

  private static int digits(byte[] pattern) {
    int found = 0;
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i] == 3) {
        found += pattern[++i] & 0xff;
      }
    }
    return found;
  }

  private static byte[] fill(
      byte[] pattern,
      List<List<Long>> numbers,
      int[] nextNumber,
      PlainBytes uuids,
      byte[] digits,
      int[] nextDigit) {
    ByteArrayOutputStream string = new ByteArrayOutputStream();
    int place = 0;
    for (int i = 0; i < pattern.length; i++) {
      switch (pattern[i]) {
        case 1 -> {
          write(string, Long.toString(numbers.get(place).get(nextNumber[place]++)));
          place++;
        }
        case 2 -> write(string, uuid(uuids.take(16)));
        case 3 -> {
          int count = pattern[++i] & 0xff;
          for (int digit = 0; digit < count; digit++) {
            int at = nextDigit[0]++;
            int two = digits[at / 2] & 0xff;
            write(string, Integer.toHexString(at % 2 == 0 ? two >> 4 : two & 15));
          }
        }
        default -> string.write(pattern[i]);
      }
    }
    return string.toByteArray();
  }

  private static String uuid(byte[] bytes) {
    return HexFormat.of()
        .formatHex(bytes)
        .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  private static void write(ByteArrayOutputStream out, String ascii) {
    out.writeBytes(ascii.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }
}
