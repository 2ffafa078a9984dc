package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A cursor over untrusted stored bytes: the counterpart of {@link ByteSink}.
 *
 * <p>Every read checks the end first; what does not fit is a {@link CorruptBlockException} that
 * names the object and the offset in it. Not thread-safe. The bytes are not copied.
 */
public final class ByteSource {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int start;
  private final String object;
  private final long objectOffset;
  private final Decompressors decompressors;
  private int position;
  private int end;

  /**
   * A cursor at the first of {@code length} bytes.
   *
   * @param bytes holds the stored bytes
   * @param offset index of the first stored byte in {@code bytes}
   * @param length number of stored bytes
   * @param object name of the object they were read from, for errors
   * @param objectOffset offset of the first stored byte in that object, for errors
   * @throws IndexOutOfBoundsException if the range does not lie in {@code bytes}
   */
  public ByteSource(byte[] bytes, int offset, int length, String object, long objectOffset) {
    this(bytes, offset, length, object, objectOffset, Decompressors.NONE);
  }

  /**
   * As {@link #ByteSource(byte[], int, int, String, long)}, for bytes of which some are compressed.
   *
   * @param decompressors what decompresses them
   */
  public ByteSource(
      byte[] bytes,
      int offset,
      int length,
      String object,
      long objectOffset,
      Decompressors decompressors) {
    java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
    this.bytes = bytes;
    this.start = offset;
    this.position = offset;
    this.end = offset + length;
    this.object = object;
    this.objectOffset = objectOffset;
    this.decompressors = decompressors;
  }

  Decompressors decompressors() {
    return decompressors;
  }

  /**
   * Checks and cuts off the CRC32C that stands in the last four bytes and covers all before them.
   */
  public void verifyCrc32c() throws CorruptBlockException {
    if (end - start < 4) {
      throw corrupt("at least 4 bytes", (end - start) + " bytes");
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, end - start - 4);
    int computed = (int) crc.getValue();
    int stored = (int) INT.get(bytes, end - 4);
    if (computed != stored) {
      throw corruptAt(
          end - 4,
          "CRC32C " + Integer.toHexString(computed),
          "CRC32C " + Integer.toHexString(stored));
    }
    end -= 4;
  }

  /** Index in {@link #array()} of the next byte. */
  public int position() {
    return position;
  }

  /** The underlying array, not to be changed. */
  public byte[] array() {
    return bytes;
  }

  /** Number of bytes left. */
  public int remaining() {
    return end - position;
  }

  /** Reads one byte, 0 to 255. */
  public int readByte() throws CorruptBlockException {
    need(1, "a byte");
    return bytes[position++] & 0xFF;
  }

  /** Reads four bytes. */
  public int readIntLE() throws CorruptBlockException {
    need(4, "4 bytes");
    int value = (int) INT.get(bytes, position);
    position += 4;
    return value;
  }

  /** Reads eight bytes. */
  public long readLongLE() throws CorruptBlockException {
    need(8, "8 bytes");
    long value = (long) LONG.get(bytes, position);
    position += 8;
    return value;
  }

  /** Reads a varint of 64 bits. */
  public long readVarint() throws CorruptBlockException {
    long value = 0;
    int at = position;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw corrupt("a varint", "the end of the bytes");
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        if (shift == 63 && next > 1) {
          break;
        }
        position = at;
        return value;
      }
    }
    throw corrupt("a varint of 64 bits", "a longer one");
  }

  /** Reads a zigzag varint. */
  public long readZigzag() throws CorruptBlockException {
    long value = readVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /**
   * Reads a varint that must not exceed {@code max}.
   *
   * @param what names the number in the error
   */
  public int readCount(int max, String what) throws CorruptBlockException {
    int at = position;
    long value = readVarint();
    if (Long.compareUnsigned(value, max) > 0) {
      throw corruptAt(at, what + " of at most " + max, Long.toUnsignedString(value));
    }
    return (int) value;
  }

  /** Goes back to an earlier position. */
  void rewind(int earlier) {
    position = earlier;
  }

  /** Steps over {@code length} bytes and returns the index in {@link #array()} of the first. */
  public int skip(int length, String what) throws CorruptBlockException {
    if (length < 0 || length > end - position) {
      throw corrupt(length + " bytes of " + what, (end - position) + " bytes");
    }
    int at = position;
    position += length;
    return at;
  }

  /** Fails unless every byte was read. */
  public void expectEnd() throws CorruptBlockException {
    if (position != end) {
      throw corrupt("the end", (end - position) + " more bytes");
    }
  }

  /** The error of finding something wrong at the cursor. */
  public CorruptBlockException corrupt(String expected, String found) {
    return corruptAt(position, expected, found);
  }

  private CorruptBlockException corruptAt(int at, String expected, String found) {
    return new CorruptBlockException(object, objectOffset + (at - start), expected, found);
  }

  private void need(int count, String what) throws CorruptBlockException {
    if (end - position < count) {
      throw corrupt(what, (end - position) + " bytes");
    }
  }
}
