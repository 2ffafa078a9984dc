package io.tempo4j.column;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/**
 * What the {@link ChunkWriter}s of one block share: the native compressor and scratch memory.
 *
 * <p>Not thread-safe: one block is written by one thread at a time. Close it after the last chunk;
 * its writers are unusable then.
 */
public final class ChunkContext implements AutoCloseable {

  /** A section is stored compressed if that saves at least one part in this many. */
  private static final int WORTHWHILE_PART = 32;

  private static final int LEVEL = 1;

  private final ZstdCompressCtx zstd;
  private boolean closed;

  /** Scratch of the integer streams. */
  long[] longs = new long[0];

  long[] deltas = new long[0];
  final ValueTable table = new ValueTable();
  final ByteSink plain = new ByteSink();
  final ByteSink[] trials = {new ByteSink(), new ByteSink()};

  /** Scratch of the string chunks. */
  final LocalDictionary local = new LocalDictionary();

  final StringPatterns patterns = new StringPatterns();
  final ByteSink blobTrial = new ByteSink();

  /** Opens the native compressor. */
  public ChunkContext() {
    zstd = new ZstdCompressCtx();
    zstd.setLevel(LEVEL);
    zstd.setContentSize(true);
    zstd.setChecksum(false);
    zstd.setDictID(false);
  }

  /**
   * The distinct entries that the last chunk of strings took from its dictionary, {@link
   * #lastEntryCount} of them in no particular order; overwritten by the next chunk. Not to be
   * changed.
   */
  public int[] lastEntries() {
    return local.entries;
  }

  /** Number of {@link #lastEntries}. */
  public int lastEntryCount() {
    return local.size();
  }

  /** Scratch for {@code count} numbers. */
  long[] longs(int count) {
    if (longs.length < count) {
      longs = new long[Math.max(count, 2 * longs.length)];
    }
    return longs;
  }

  /** Scratch for {@code count} differences. */
  long[] deltas(int count) {
    if (deltas.length < count) {
      deltas = new long[Math.max(count, 2 * deltas.length)];
    }
    return deltas;
  }

  /** Appends the section of these bytes: as they are, or compressed where that is worthwhile. */
  void writeSection(byte[] bytes, int offset, int length, boolean tryCompression, ByteSink out) {
    int flagAt = out.size();
    if (tryCompression && length >= 32 && length <= Sections.MAX_INFLATED_BYTES) {
      int bound = Math.toIntExact(Zstd.compressBound(length));
      out.ensure(bound + 16);
      // Room for the flag and the longest varint of a compressed length.
      int at = flagAt + 6;
      int compressed =
          zstd.compressByteArray(out.array(), at, out.array().length - at, bytes, offset, length);
      if (compressed + compressed / WORTHWHILE_PART + 8 < length) {
        out.putByte(Sections.ZSTD);
        out.putVarint(compressed);
        System.arraycopy(out.array(), at, out.array(), out.size(), compressed);
        out.advance(compressed);
        return;
      }
    }
    out.putByte(Sections.RAW);
    out.putBytes(bytes, offset, length);
  }

  /** Releases the native compressor; a second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      zstd.close();
    }
  }
}
