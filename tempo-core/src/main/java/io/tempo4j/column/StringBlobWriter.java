package io.tempo4j.column;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytes of many strings, and remembers which form suited the last ones; chunk-v1.md,
 * section 4. Not thread-safe.
 */
final class StringBlobWriter {

  private static final int RECHECK_EVERY = 16;

  /** More bytes than these are written as they are, and not copied before. */
  private static final int LARGE_BYTES = 2 << 20;

  /** Fewer strings are written as they are. */
  private static final int SMALL = 16;

  private final ChunkContext context;
  private final IntegerStreamWriter lengths = new IntegerStreamWriter();
  private final IntegerStreamWriter prefixes = new IntegerStreamWriter();
  private final IntegerStreamWriter suffixes = new IntegerStreamWriter();
  private @Nullable PatternWriter patterns;
  private int choice = -1;
  private int writesUntilRecheck;

  StringBlobWriter(ChunkContext context) {
    this.context = context;
  }

  /**
   * Appends the entries {@code entries[0 .. count)} of {@code dictionary}; {@code sorted} if they
   * ascend.
   */
  void write(Dictionary dictionary, int[] entries, int count, boolean sorted, ByteSink out) {
    long total = totalBytes(dictionary, entries, count);
    if (total > LARGE_BYTES) {
      writeLengths(dictionary, entries, count, out);
      context.writeSection(dictionary, entries, count, total, out);
      return;
    }
    if (count < SMALL) {
      writeBytes(dictionary, entries, count, out);
      return;
    }
    int plain = sorted ? StringBlob.FRONT : StringBlob.BYTES;
    if (choice < 0 || --writesUntilRecheck <= 0) {
      choose(plain, dictionary, entries, count, out);
      writesUntilRecheck = RECHECK_EVERY;
      return;
    }
    int from = out.size();
    if (choice == StringBlob.PATTERNS && writePatterns(dictionary, entries, count, out)) {
      return;
    }
    out.truncate(from);
    write(plain, dictionary, entries, count, out);
  }

  private void choose(int plain, Dictionary dictionary, int[] entries, int count, ByteSink out) {
    int from = out.size();
    write(plain, dictionary, entries, count, out);
    choice = plain;
    ByteSink trial = context.blobTrial;
    trial.reset();
    if (writePatterns(dictionary, entries, count, trial)
        && trial.size() < (out.size() - from) - (out.size() - from) / 16) {
      choice = StringBlob.PATTERNS;
      out.truncate(from);
      out.putSink(trial);
    }
  }

  private void write(int form, Dictionary dictionary, int[] entries, int count, ByteSink out) {
    if (form == StringBlob.FRONT) {
      writeFront(dictionary, entries, count, out);
    } else {
      writeBytes(dictionary, entries, count, out);
    }
  }

  private static long totalBytes(Dictionary dictionary, int[] entries, int count) {
    long total = 0;
    for (int i = 0; i < count; i++) {
      total += dictionary.length(entries[i]);
    }
    return total;
  }

  private void writeLengths(Dictionary dictionary, int[] entries, int count, ByteSink out) {
    out.putByte(StringBlob.BYTES);
    long[] values = context.longs(count);
    for (int i = 0; i < count; i++) {
      values[i] = dictionary.length(entries[i]);
    }
    lengths.write(context, values, count, out);
  }

  private void writeBytes(Dictionary dictionary, int[] entries, int count, ByteSink out) {
    writeLengths(dictionary, entries, count, out);
    ByteSink bytes = context.plain;
    bytes.reset();
    for (int i = 0; i < count; i++) {
      bytes.putBytes(
          dictionary.bytes(entries[i]),
          dictionary.offset(entries[i]),
          dictionary.length(entries[i]));
    }
    context.writeSection(bytes.array(), 0, bytes.size(), true, out);
  }

  private void writeFront(Dictionary dictionary, int[] entries, int count, ByteSink out) {
    out.putByte(StringBlob.FRONT);
    long[] values = context.longs(count);
    int[] shared = new int[count];
    for (int i = 1; i < count; i++) {
      int a = dictionary.offset(entries[i - 1]);
      int b = dictionary.offset(entries[i]);
      int endA = a + dictionary.length(entries[i - 1]);
      int endB = b + dictionary.length(entries[i]);
      int mismatch =
          Arrays.mismatch(
              dictionary.bytes(entries[i - 1]), a, endA, dictionary.bytes(entries[i]), b, endB);
      shared[i] = mismatch < 0 ? endB - b : mismatch;
    }
    for (int i = 0; i < count; i++) {
      values[i] = shared[i];
    }
    prefixes.write(context, values, count, out);
    for (int i = 0; i < count; i++) {
      values[i] = (long) dictionary.length(entries[i]) - shared[i];
    }
    suffixes.write(context, values, count, out);
    ByteSink bytes = context.plain;
    bytes.reset();
    for (int i = 0; i < count; i++) {
      int at = dictionary.offset(entries[i]) + shared[i];
      bytes.putBytes(dictionary.bytes(entries[i]), at, dictionary.length(entries[i]) - shared[i]);
    }
    context.writeSection(bytes.array(), 0, bytes.size(), true, out);
  }

  private boolean writePatterns(Dictionary dictionary, int[] entries, int count, ByteSink out) {
    int maxPatterns = count - count / 8;
    if (!context.patterns.split(dictionary, entries, count, maxPatterns)) {
      return false;
    }
    PatternWriter writer = patterns;
    if (writer == null) {
      writer = new PatternWriter();
      patterns = writer;
    }
    out.putByte(StringBlob.PATTERNS);
    writer.write(context, count, out);
    return true;
  }

  /** Writes what {@link StringPatterns} split. */
  private static final class PatternWriter {

    private final IntegerStreamWriter codes = new IntegerStreamWriter();
    private final IntegerStreamWriter lengths = new IntegerStreamWriter();
    private final @Nullable IntegerStreamWriter[] slots =
        new @Nullable IntegerStreamWriter[StringPatterns.MAX_NUMBERS];

    void write(ChunkContext context, int count, ByteSink out) {
      StringPatterns split = context.patterns;
      out.putVarint(split.patternCount);
      codes.write(context, split.codes, count, out);
      long[] ends = split.patternEnds;
      long[] values = context.longs(split.patternCount);
      for (int i = 0; i < split.patternCount; i++) {
        values[i] = ends[i] - (i == 0 ? 0 : ends[i - 1]);
      }
      lengths.write(context, values, split.patternCount, out);
      context.writeSection(split.patterns.array(), 0, split.patterns.size(), true, out);
      for (int slot = 0; slot < StringPatterns.MAX_NUMBERS; slot++) {
        long[] numbers = split.numbers[slot];
        if (numbers == null || split.numberCounts[slot] == 0) {
          break;
        }
        IntegerStreamWriter writer = slots[slot];
        if (writer == null) {
          writer = new IntegerStreamWriter();
          slots[slot] = writer;
        }
        writer.write(context, numbers, split.numberCounts[slot], out);
      }
      context.writeSection(split.uuids.array(), 0, split.uuids.size(), true, out);
      int packed = (split.nibbles.size() + 1) >>> 1;
      split.nibbles.putByte(0);
      byte[] nibbles = split.nibbles.array();
      for (int i = 0; i < packed; i++) {
        nibbles[i] = (byte) (nibbles[2 * i] << 4 | nibbles[2 * i + 1]);
      }
      context.writeSection(nibbles, 0, packed, true, out);
    }
  }
}
