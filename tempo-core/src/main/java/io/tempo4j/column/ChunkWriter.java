package io.tempo4j.column;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the chunks of one column: the values of one row group each, as {@link ChunkReader} reads
 * them.
 *
 * <p>One instance per column of a block being written. It remembers which encoding suited the last
 * chunks, so the bytes depend on all chunks written before, and on nothing else: the same sequence
 * of calls gives the same bytes. An instance may write columns of one type only in a meaningful way
 * but is correct for any.
 *
 * <p>Not thread-safe; the {@link ChunkContext} is shared by the writers of one thread.
 *
 * <p>A chunk with no value is allowed; its zone map has no bounds. Every method appends one chunk
 * to the sink and nothing else, and returns what {@link ZoneMap} says of the values.
 */
public final class ChunkWriter {

  /** Zone maps keep this many bytes of a string bound. */
  private static final int BOUND_BYTES = 16;

  private final ChunkContext context;
  private final IntegerStreamWriter integers = new IntegerStreamWriter();
  private @Nullable StringBlobWriter strings;

  /** A writer that uses the compressor and the scratch memory of {@code context}. */
  public ChunkWriter(ChunkContext context) {
    this.context = context;
  }

  /** Appends the chunk of {@code values[0 .. count)}. */
  public ZoneMap longs(long[] values, int count, ByteSink out) {
    int from = begin(ChunkFormat.LONGS, count, out);
    ZoneMap zone = writeIntegers(values, count, out);
    out.putCrc32c(from);
    return zone;
  }

  /** Appends the chunk of {@code values[0 .. count)}. */
  public ZoneMap ints(int[] values, int count, ByteSink out) {
    int from = begin(ChunkFormat.INTS, count, out);
    ZoneMap zone = writeIntegers(widen(values, count), count, out);
    out.putCrc32c(from);
    return zone;
  }

  /** Appends the chunk of {@code values[0 .. count)}; bounds are 0 for false and 1 for true. */
  public ZoneMap booleans(boolean[] values, int count, ByteSink out) {
    int from = begin(ChunkFormat.BOOLEANS, count, out);
    long[] longs = context.longs(count);
    for (int i = 0; i < count; i++) {
      longs[i] = values[i] ? 1 : 0;
    }
    ZoneMap zone = writeIntegers(longs, count, out);
    out.putCrc32c(from);
    return zone;
  }

  /** Appends the chunk of {@code values[0 .. count)}, every bit of which is kept, NaNs too. */
  public ZoneMap doubles(double[] values, int count, ByteSink out) {
    int from = begin(ChunkFormat.DOUBLES, count, out);
    if (count > 0) {
      long[] longs = context.longs(count);
      int exponent = Decimals.exponent(values, count);
      out.putByte(exponent);
      if (exponent == Decimals.NONE) {
        for (int i = 0; i < count; i++) {
          longs[i] = Double.doubleToRawLongBits(values[i]);
        }
      } else {
        Decimals.scale(values, count, exponent, longs);
      }
      integers.write(context, longs, count, out);
    }
    out.putCrc32c(from);
    return bounds(values, count);
  }

  /**
   * Appends the chunk of the strings {@code dictionary[codes[0 .. count)]}.
   *
   * @param codes entries of {@code dictionary}
   * @param count number of values
   * @param dictionary may be far larger than the chunk, in any order, and shared by all columns
   */
  public ZoneMap strings(int[] codes, int count, Dictionary dictionary, ByteSink out) {
    if (count == 0) {
      int from = begin(ChunkFormat.STRINGS_PLAIN, 0, out);
      out.putCrc32c(from);
      return ZoneMap.unbounded(0);
    }
    StringBlobWriter blob = strings;
    if (blob == null) {
      blob = new StringBlobWriter(context);
      strings = blob;
    }
    LocalDictionary local = context.local;
    local.collect(codes, count, dictionary);
    int from = out.size();
    int distinct = local.size();
    ZoneMap zone;
    if (distinct > 64 && distinct > count / 4) {
      begin(distinct == count ? ChunkFormat.STRINGS_PLAIN : ChunkFormat.STRINGS_RECENT, count, out);
      zone = bounds(local, dictionary, count);
      if (distinct < count) {
        out.putVarint(distinct);
        writeDistances(local.codes, count, out);
      }
      blob.write(dictionary, local.entries, distinct, false, out);
    } else {
      local.sort(dictionary, count);
      begin(ChunkFormat.STRINGS_SORTED, count, out);
      zone = zone(dictionary, local.entries[0], local.entries[local.size() - 1], count);
      out.putVarint(local.size());
      integers.write(context, widen(local.codes, count), count, out);
      blob.write(dictionary, local.entries, local.size(), true, out);
    }
    out.putCrc32c(from);
    return zone;
  }

  private static int begin(int kind, int count, ByteSink out) {
    int from = out.size();
    out.putByte(kind);
    out.putVarint(count);
    return from;
  }

  private long[] widen(int[] values, int count) {
    long[] longs = context.longs(count);
    for (int i = 0; i < count; i++) {
      longs[i] = values[i];
    }
    return longs;
  }

  private ZoneMap writeIntegers(long[] values, int count, ByteSink out) {
    if (count == 0) {
      return ZoneMap.unbounded(0);
    }
    long min = values[0];
    long max = min;
    for (int i = 1; i < count; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    integers.write(context, values, count, min, max, out);
    return ZoneMap.ofLongs(count, min, max);
  }

  /** 0 for a code seen for the first time, else how many first times ago it was. */
  private void writeDistances(int[] codes, int count, ByteSink out) {
    long[] longs = context.longs(count);
    int seen = 0;
    for (int i = 0; i < count; i++) {
      longs[i] = (long) seen - codes[i];
      if (codes[i] == seen) {
        seen++;
      }
    }
    integers.write(context, longs, count, out);
  }

  private static ZoneMap bounds(double[] values, int count) {
    double min = Double.NaN;
    double max = Double.NaN;
    for (int i = 0; i < count; i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        min = Double.isNaN(min) ? value : Math.min(min, value);
        max = Double.isNaN(max) ? value : Math.max(max, value);
      }
    }
    return Double.isNaN(min)
        ? ZoneMap.unbounded(count)
        : new ZoneMap(
            count,
            true,
            Double.doubleToRawLongBits(min),
            Double.doubleToRawLongBits(max),
            null,
            null);
  }

  /** Compares the first eight bytes before it looks at whole entries: they mostly differ. */
  private static ZoneMap bounds(LocalDictionary local, Dictionary dictionary, int count) {
    int min = local.entries[0];
    int max = min;
    long minKey = LocalDictionary.key(dictionary, min, 0);
    long maxKey = minKey;
    for (int i = 1; i < local.size(); i++) {
      int entry = local.entries[i];
      long key = LocalDictionary.key(dictionary, entry, 0);
      int below = Long.compareUnsigned(key, minKey);
      if (below < 0 || below == 0 && LocalDictionary.compare(dictionary, entry, min) < 0) {
        min = entry;
        minKey = key;
      }
      int above = Long.compareUnsigned(key, maxKey);
      if (above > 0 || above == 0 && LocalDictionary.compare(dictionary, entry, max) > 0) {
        max = entry;
        maxKey = key;
      }
    }
    return zone(dictionary, min, max, count);
  }

  private static ZoneMap zone(Dictionary dictionary, int min, int max, int count) {
    int minAt = dictionary.offset(min);
    int maxAt = dictionary.offset(max);
    byte[] low =
        Arrays.copyOfRange(
            dictionary.bytes(min), minAt, minAt + Math.min(BOUND_BYTES, dictionary.length(min)));
    byte[] high =
        Arrays.copyOfRange(
            dictionary.bytes(max), maxAt, maxAt + Math.min(BOUND_BYTES, dictionary.length(max)));
    return new ZoneMap(
        count, true, 0, 0, low, dictionary.length(max) > BOUND_BYTES ? successor(high) : high);
  }

  /** The smallest string above all that begin with {@code prefix}, or null if there is none. */
  private static byte @Nullable [] successor(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == -1) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] next = Arrays.copyOf(prefix, length);
    next[length - 1]++;
    return next;
  }
}
