package io.tempo4j.column;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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

  /** Large sections go through a buffer of this size. */
  private static final int STEP_BYTES = 1 << 16;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

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

  /**
   * Appends the section of these entries, one behind the other, without holding them: they are
   * compressed once to learn the length that stands in front, and again to write them.
   *
   * @param total bytes of all entries
   */
  void writeSection(Dictionary dictionary, int[] entries, int count, long total, ByteSink out) {
    if (total <= Sections.MAX_INFLATED_BYTES) {
      long compressed = compress(dictionary, entries, count, total, null);
      if (compressed + compressed / WORTHWHILE_PART + 8 < total) {
        out.putByte(Sections.ZSTD);
        out.putVarint(compressed);
        compress(dictionary, entries, count, total, out);
        return;
      }
    }
    out.putByte(Sections.RAW);
    for (int i = 0; i < count; i++) {
      byte[] bytes = dictionary.bytes(entries[i]);
      int at = dictionary.offset(entries[i]);
      int end = at + dictionary.length(entries[i]);
      while (at < end) {
        int step = Math.min(STEP_BYTES, end - at);
        out.putBytes(bytes, at, step);
        out.drain();
        at += step;
      }
    }
  }

  /** One zstd frame of the entries; returns its length. */
  private long compress(
      Dictionary dictionary, int[] entries, int count, long total, @Nullable ByteSink out) {
    ByteBuffer target = ByteBuffer.allocate(STEP_BYTES);
    zstd.setPledgedSrcSize(total);
    long length = 0;
    for (int i = 0; i < count; i++) {
      ByteBuffer source =
          ByteBuffer.wrap(
              dictionary.bytes(entries[i]),
              dictionary.offset(entries[i]),
              dictionary.length(entries[i]));
      while (source.hasRemaining()) {
        zstd.compressByteBufferStream(target, source, EndDirective.CONTINUE);
        length += take(target, out);
      }
    }
    boolean ended = false;
    while (!ended) {
      ended = zstd.compressByteBufferStream(target, NOTHING.duplicate(), EndDirective.END);
      length += take(target, out);
    }
    return length;
  }

  private static int take(ByteBuffer compressed, @Nullable ByteSink out) {
    int length = compressed.position();
    if (out != null) {
      out.putBytes(compressed.array(), 0, length);
      out.drain();
    }
    compressed.clear();
    return length;
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
