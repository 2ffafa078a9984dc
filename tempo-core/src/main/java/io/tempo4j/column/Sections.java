package io.tempo4j.column;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tempo4j.model.CorruptBlockException;

/** A run of bytes whose length is known from elsewhere, stored as it is or as one zstd frame. */
final class Sections {

  static final int RAW = 0;
  static final int ZSTD = 1;

  /** Longer sections are not compressed, so that a few bytes cannot ask for much memory. */
  static final int MAX_INFLATED_BYTES = 1 << 26;

  /**
   * No zstd frame can hold more: a block of at most 128 KiB takes at least 4 bytes. Whatever claims
   * more is refused before anything is allocated.
   */
  private static final long MAX_RATIO = 32768;

  private Sections() {}

  /**
   * The bytes of a section from {@code offset} on; {@code own} if the array is nothing but them and
   * nobody else's, else it is the array of the chunk.
   */
  @SuppressWarnings("ArrayRecordComponent") // a view that lives as long as one decoding
  record Section(byte[] bytes, int offset, boolean own) {}

  static Section read(ByteSource source, long length, String what) throws CorruptBlockException {
    int form = source.readByte();
    switch (form) {
      case RAW:
        if (length > source.remaining()) {
          throw source.corrupt(length + " bytes of " + what, source.remaining() + " bytes");
        }
        return new Section(source.array(), source.skip((int) length, what), false);
      case ZSTD:
        int compressed = source.readCount(source.remaining(), "length of compressed " + what);
        if (length > compressed * MAX_RATIO || length > MAX_INFLATED_BYTES) {
          throw source.corrupt(
              length + " bytes of " + what, "a zstd frame of " + compressed + " bytes");
        }
        return new Section(inflate(source, compressed, (int) length, what), 0, true);
      default:
        throw source.corrupt("the form of a section, 0 or 1", Integer.toString(form));
    }
  }

  private static byte[] inflate(ByteSource source, int compressed, int length, String what)
      throws CorruptBlockException {
    String expected = "a zstd frame of " + length + " bytes of " + what;
    int at = source.skip(compressed, what);
    long stated = Zstd.getFrameContentSize(source.array(), at, compressed, false);
    if (stated != length) {
      throw source.corrupt(expected, "a frame that states " + stated);
    }
    byte[] bytes = new byte[length];
    try {
      int written = source.decompressors().decompress(source.array(), at, compressed, bytes);
      if (written != length) {
        throw source.corrupt(expected, written + " bytes");
      }
    } catch (ZstdException e) {
      CorruptBlockException corrupt = source.corrupt(expected, "zstd: " + e.getMessage());
      corrupt.initCause(e);
      throw corrupt;
    }
    return bytes;
  }
}
