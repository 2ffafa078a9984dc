package io.tempo4j.column;

import java.util.Arrays;

/** Writes the bytes of many strings; docs/format/chunk-v1.md, section 4. Not thread-safe. */
final class StringBlobWriter {

  private final IntegerStreamWriter lengths = new IntegerStreamWriter();
  private final IntegerStreamWriter prefixes = new IntegerStreamWriter();

  /** Appends the entries {@code entries[0 .. count)} of {@code dictionary}. */
  void write(
      ChunkContext context,
      Dictionary dictionary,
      int[] entries,
      int count,
      boolean sorted,
      ByteSink out) {
    if (sorted && count >= 16) {
      writeFront(context, dictionary, entries, count, out);
    } else {
      writeBytes(context, dictionary, entries, count, out);
    }
  }

  private void writeBytes(
      ChunkContext context, Dictionary dictionary, int[] entries, int count, ByteSink out) {
    out.putByte(StringBlob.BYTES);
    long[] values = context.longs(count);
    for (int i = 0; i < count; i++) {
      values[i] = dictionary.length(entries[i]);
    }
    lengths.write(context, values, count, out);
    ByteSink bytes = context.plain;
    bytes.reset();
    for (int i = 0; i < count; i++) {
      bytes.putBytes(dictionary.bytes(), dictionary.offset(entries[i]), (int) values[i]);
    }
    context.writeSection(bytes.array(), 0, bytes.size(), true, out);
  }

  private void writeFront(
      ChunkContext context, Dictionary dictionary, int[] entries, int count, ByteSink out) {
    out.putByte(StringBlob.FRONT);
    byte[] source = dictionary.bytes();
    long[] values = context.longs(count);
    values[0] = 0;
    for (int i = 1; i < count; i++) {
      int a = dictionary.offset(entries[i - 1]);
      int b = dictionary.offset(entries[i]);
      int mismatch =
          Arrays.mismatch(
              source,
              a,
              a + dictionary.length(entries[i - 1]),
              source,
              b,
              b + dictionary.length(entries[i]));
      values[i] = mismatch < 0 ? dictionary.length(entries[i]) : mismatch;
    }
    prefixes.write(context, values, count, out);
    int[] shared = new int[count];
    for (int i = 0; i < count; i++) {
      shared[i] = (int) values[i];
      values[i] = (long) dictionary.length(entries[i]) - shared[i];
    }
    lengths.write(context, values, count, out);
    ByteSink bytes = context.plain;
    bytes.reset();
    for (int i = 0; i < count; i++) {
      int at = dictionary.offset(entries[i]) + shared[i];
      bytes.putBytes(source, at, dictionary.length(entries[i]) - shared[i]);
    }
    context.writeSection(bytes.array(), 0, bytes.size(), true, out);
  }
}
