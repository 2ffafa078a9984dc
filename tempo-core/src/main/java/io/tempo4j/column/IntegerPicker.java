package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import java.util.Arrays;

/**
 * Reads a few numbers of what {@link IntegerStream} reads whole. Numbers that stand at places known
 * beforehand are read there; the others are decoded with all before them.
 */
final class IntegerPicker {

  private IntegerPicker() {}

  /** Reads the wanted ones of {@code count} numbers into {@code values}; goes behind the last. */
  static void read(ByteSource source, int count, ValuePicks picks, long[] values)
      throws CorruptBlockException {
    int start = source.position();
    switch (source.readByte()) {
      case IntegerStream.CONSTANT -> Arrays.fill(values, 0, picks.count(), source.readZigzag());
      case IntegerStream.TABLE -> readTable(source, count, picks, values);
      case IntegerStream.PACKED -> readPacked(source, count, picks, values);
      case IntegerStream.PLANES -> readPlanes(source, count, picks, values);
      default -> {
        source.rewind(start);
        long[] all = new long[count];
        IntegerStream.read(source, count, all);
        for (int i = 0; i < picks.count(); i++) {
          values[i] = all[picks.positions()[i]];
        }
      }
    }
  }

  private static void readTable(ByteSource source, int count, ValuePicks picks, long[] values)
      throws CorruptBlockException {
    long[] table = IntegerStream.readTableEntries(source);
    read(source, count, picks, values);
    for (int i = 0; i < picks.count(); i++) {
      if (values[i] < 0 || values[i] >= table.length) {
        throw source.corrupt("codes of 0 to " + (table.length - 1), Long.toString(values[i]));
      }
      values[i] = table[(int) values[i]];
    }
  }

  private static void readPacked(ByteSource source, int count, ValuePicks picks, long[] values)
      throws CorruptBlockException {
    long base = source.readZigzag();
    int width = source.readCount(64, "bit width");
    Sections.Section section =
        Sections.read(source, BitPacking.byteCount(count, width), "packed integers");
    long mask = BitPacking.mask(width);
    for (int i = 0; i < picks.count(); i++) {
      long bit = (long) picks.positions()[i] * width;
      values[i] =
          width == 0
              ? base
              : base + (BitPacking.bits(section.bytes(), section.offset(), bit, width) & mask);
    }
  }

  private static void readPlanes(ByteSource source, int count, ValuePicks picks, long[] values)
      throws CorruptBlockException {
    long base = source.readZigzag();
    int planes = source.readCount(8, "number of byte planes");
    Arrays.fill(values, 0, picks.count(), base);
    for (int p = 0; p < planes; p++) {
      Sections.Section section = Sections.read(source, count, "a byte plane");
      byte[] bytes = section.bytes();
      int at = section.offset();
      for (int i = 0; i < picks.count(); i++) {
        values[i] += (bytes[at + picks.positions()[i]] & 0xFFL) << 8 * p;
      }
    }
  }
}
