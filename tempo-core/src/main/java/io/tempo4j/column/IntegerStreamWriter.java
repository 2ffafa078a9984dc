package io.tempo4j.column;

/**
 * Writes runs of 64-bit integers, and remembers which encoding suited the last ones.
 *
 * <p>Every {@value #RECHECK_EVERY}th run all candidates are encoded and the smallest wins, where
 * one that costs more to decode must save at least 3 %. The runs between use the winner.
 *
 * <p>Not thread-safe. What it writes depends on the runs it was given before, and on nothing else.
 */
final class IntegerStreamWriter {

  private static final int RECHECK_EVERY = 16;

  /** Shorter runs are packed: nothing else can gain enough. */
  private static final int SMALL_RUN = 24;

  /** Candidates from cheap to expensive; a later one must beat the best so far by 3 %. */
  private static final int[] CANDIDATES = {
    IntegerStream.PACKED,
    IntegerStream.DELTA | IntegerStream.PACKED,
    IntegerStream.PACKED | IntegerStream.COMPRESS,
    IntegerStream.TABLE | IntegerStream.COMPRESS,
    IntegerStream.PLANES | IntegerStream.COMPRESS,
    IntegerStream.DELTA | IntegerStream.PLANES | IntegerStream.COMPRESS,
    IntegerStream.VARBITS | IntegerStream.COMPRESS,
    IntegerStream.DELTA | IntegerStream.VARBITS | IntegerStream.COMPRESS,
  };

  private int choice = -1;
  private int runsUntilRecheck;

  /** Appends the stream of {@code values[0 .. count)}; {@code count} is at least 1. */
  void write(ChunkContext context, long[] values, int count, ByteSink out) {
    long min = values[0];
    long max = min;
    for (int i = 1; i < count; i++) {
      long value = values[i];
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    write(context, values, count, min, max, out);
  }

  /** As above, with the signed bounds of the values. */
  void write(ChunkContext context, long[] values, int count, long min, long max, ByteSink out) {
    if (min == max) {
      out.putByte(IntegerStream.CONSTANT);
      out.putZigzag(min);
      return;
    }
    if (count < SMALL_RUN) {
      encode(context, IntegerStream.PACKED, values, count, min, max, out);
      return;
    }
    if (choice < 0 || --runsUntilRecheck <= 0) {
      choose(context, values, count, min, max, out);
      runsUntilRecheck = RECHECK_EVERY;
      return;
    }
    int from = out.size();
    boolean suits = encode(context, choice, values, count, min, max, out);
    if (!suits || out.size() - from > IntegerStream.packedBytes(count, min, max) + 16) {
      // The column has changed its nature.
      out.truncate(from);
      choose(context, values, count, min, max, out);
      runsUntilRecheck = RECHECK_EVERY;
    }
  }

  private void choose(
      ChunkContext context, long[] values, int count, long min, long max, ByteSink out) {
    ByteSink best = context.trials[0];
    ByteSink other = context.trials[1];
    choice = -1;
    for (int candidate : CANDIDATES) {
      if (!IntegerStream.suits(candidate, min, max)) {
        continue;
      }
      other.reset();
      boolean suits = encode(context, candidate, values, count, min, max, other);
      if (suits && (choice < 0 || other.size() < best.size() - best.size() / 32)) {
        choice = candidate;
        ByteSink swap = best;
        best = other;
        other = swap;
      }
    }
    out.putSink(best);
  }

  /** False if the values turned out not to suit the encoding; the sink is to be truncated then. */
  private static boolean encode(
      ChunkContext context,
      int candidate,
      long[] values,
      int count,
      long min,
      long max,
      ByteSink out) {
    boolean compress = (candidate & IntegerStream.COMPRESS) != 0;
    int encoding = candidate & ~IntegerStream.COMPRESS;
    if (encoding == IntegerStream.TABLE) {
      return writeTable(context, values, count, out);
    }
    long[] source = values;
    long base = min;
    long span = max - min;
    if ((encoding & IntegerStream.DELTA) != 0) {
      source = context.deltas(count);
      long previous = 0;
      base = -1;
      long top = 0;
      for (int i = 0; i < count; i++) {
        long delta = values[i] - previous;
        previous = values[i];
        long zigzag = (delta << 1) ^ (delta >> 63);
        source[i] = zigzag;
        if (i > 0) {
          base = Long.compareUnsigned(zigzag, base) < 0 ? zigzag : base;
          top = Long.compareUnsigned(zigzag, top) > 0 ? zigzag : top;
        }
      }
      // The first value stands apart, it would widen all others.
      out.putByte(encoding);
      out.putZigzag(values[0]);
      source[0] = base;
      span = top - base;
    } else {
      out.putByte(encoding);
    }
    out.putZigzag(base);
    switch (encoding & IntegerStream.KIND_MASK) {
      case IntegerStream.PACKED -> writePacked(context, source, count, base, span, compress, out);
      case IntegerStream.PLANES -> writePlanes(context, source, count, base, span, compress, out);
      case IntegerStream.VARBITS -> writeVarbits(context, source, count, base, compress, out);
      default -> throw new AssertionError("no encoding " + encoding);
    }
    return true;
  }

  private static boolean writeTable(ChunkContext context, long[] values, int count, ByteSink out) {
    ValueTable table = context.table;
    long[] codes = context.deltas(count);
    if (!table.collect(values, count, codes)) {
      return false;
    }
    out.putByte(IntegerStream.TABLE);
    out.putVarint(table.size());
    out.putZigzag(table.value(0));
    for (int i = 1; i < table.size(); i++) {
      out.putVarint(table.value(i) - table.value(i - 1));
    }
    int form = table.size() <= 16 ? IntegerStream.PACKED : IntegerStream.PLANES;
    return encode(context, form | IntegerStream.COMPRESS, codes, count, 0, table.size() - 1, out);
  }

  private static void writePacked(
      ChunkContext context,
      long[] values,
      int count,
      long base,
      long span,
      boolean compress,
      ByteSink out) {
    int width = 64 - Long.numberOfLeadingZeros(span);
    if (compress) {
      // Values must not straddle bytes, or no two bytes are alike.
      width = width <= 2 ? width : width <= 4 ? 4 : width;
    }
    out.putByte(width);
    ByteSink packed = context.plain;
    packed.reset();
    BitPacking.pack(values, count, base, width, packed);
    context.writeSection(packed.array(), 0, packed.size(), compress, out);
  }

  private static void writePlanes(
      ChunkContext context,
      long[] values,
      int count,
      long base,
      long span,
      boolean compress,
      ByteSink out) {
    int planes = (64 - Long.numberOfLeadingZeros(span) + 7) >>> 3;
    out.putByte(planes);
    ByteSink plane = context.plain;
    for (int p = 0; p < planes; p++) {
      plane.reset();
      plane.ensure(count);
      byte[] bytes = plane.array();
      int shift = 8 * p;
      for (int i = 0; i < count; i++) {
        bytes[i] = (byte) ((values[i] - base) >>> shift);
      }
      context.writeSection(bytes, 0, count, compress, out);
    }
  }

  private static void writeVarbits(
      ChunkContext context, long[] values, int count, long base, boolean compress, ByteSink out) {
    ByteSink lengths = context.plain;
    lengths.reset();
    lengths.ensure(count);
    byte[] bytes = lengths.array();
    long bits = 0;
    for (int i = 0; i < count; i++) {
      int length = 64 - Long.numberOfLeadingZeros(values[i] - base);
      bytes[i] = (byte) length;
      bits += length < 2 ? 0 : length - 1;
    }
    context.writeSection(bytes, 0, count, compress, out);
    int size = Math.toIntExact((bits + 7) >>> 3);
    out.putVarint(size);
    out.ensure(size + 8);
    IntegerStream.packVarbits(values, count, base, out);
    out.advance(size);
  }
}
