package io.tempo4j.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A byte buffer that grows as it is written to, for chunks, directories and filters.
 *
 * <p>Fixed-width integers are little-endian. A varint is the unsigned LEB128 of 64 bits: seven bits
 * a byte, least significant first, bit 7 set on every byte but the last, ten bytes at most.
 *
 * <p>Not thread-safe. {@link #array()} is the buffer itself and changes with the next write.
 */
public final class ByteSink {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  /** An empty sink. */
  public ByteSink() {
    this(256);
  }

  /** An empty sink with room for {@code capacity} bytes. */
  public ByteSink(int capacity) {
    bytes = new byte[Math.max(16, capacity)];
  }

  /** Number of bytes written. */
  public int size() {
    return size;
  }

  /** The buffer; the first {@link #size()} bytes are what was written. */
  public byte[] array() {
    return bytes;
  }

  /** Forgets everything written and keeps the buffer. */
  public void reset() {
    size = 0;
  }

  /**
   * Forgets what was written behind {@code newSize}.
   *
   * @throws IllegalArgumentException if {@code newSize} is negative or above {@link #size()}
   */
  public void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IllegalArgumentException("cannot truncate " + size + " bytes to " + newSize);
    }
    size = newSize;
  }

  /** A copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * Makes room for {@code count} more bytes.
   *
   * @throws OutOfMemoryError if the sink would exceed what an array can hold
   */
  public void ensure(int count) {
    long needed = (long) size + count;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 16) {
        throw new OutOfMemoryError("a byte sink cannot hold " + needed + " bytes");
      }
      long grown = Math.min(Integer.MAX_VALUE - 16, Math.max(needed, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, (int) grown);
    }
  }

  /** Counts {@code count} bytes as written that the caller put into {@link #array()} itself. */
  void advance(int count) {
    size += count;
  }

  /** Writes the low eight bits of {@code value}. */
  public void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /** Writes {@code length} bytes of {@code source}. */
  public void putBytes(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Writes all bytes of {@code source}. */
  public void putBytes(byte[] source) {
    putBytes(source, 0, source.length);
  }

  /** Writes what {@code source} holds. */
  public void putSink(ByteSink source) {
    putBytes(source.bytes, 0, source.size);
  }

  /** Writes four bytes. */
  public void putIntLE(int value) {
    ensure(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  /** Writes eight bytes. */
  public void putLongLE(long value) {
    ensure(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  /** Writes {@code value}, taken as unsigned, as a varint. */
  public void putVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Writes {@code value} as the varint of its zigzag form, {@code (v << 1) ^ (v >> 63)}. */
  public void putZigzag(long value) {
    putVarint((value << 1) ^ (value >> 63));
  }

  /** Writes the CRC32C of the bytes from index {@code from} to the end, four bytes. */
  public void putCrc32c(int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, size - from);
    putIntLE((int) crc.getValue());
  }
}
