package io.tempo4j.column;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A byte buffer that grows as it is written to, for chunks, directories and filters.
 *
 * <p>Fixed-width integers are little-endian. A varint is the unsigned LEB128 of 64 bits: seven bits
 * a byte, least significant first, bit 7 set on every byte but the last, ten bytes at most.
 *
 * <p>A sink may have a drain: what was written goes there on {@link #flush}, and on the way where
 * much is written at once, so that the sink holds little of it. Positions begin anew then.
 *
 * <p>Not thread-safe. {@link #array()} is the buffer itself and changes with the next write.
 */
public final class ByteSink {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Drained on the way from this size on. */
  private static final int DRAIN_BYTES = 1 << 16;

  private final @Nullable ByteDrain drain;
  private final CRC32C drainedCrc = new CRC32C();
  private byte[] bytes;
  private int size;
  private long drained;

  /** An empty sink. */
  public ByteSink() {
    this(256);
  }

  /** An empty sink with room for {@code capacity} bytes. */
  public ByteSink(int capacity) {
    this(capacity, null);
  }

  /** An empty sink with room for {@code capacity} bytes that hands on what it is given. */
  public ByteSink(int capacity, @Nullable ByteDrain drain) {
    this.bytes = new byte[Math.max(16, capacity)];
    this.drain = drain;
  }

  /** Bytes written since the last {@link #flush} or {@link #reset}, those that were drained too. */
  public long totalBytes() {
    return drained + size;
  }

  /**
   * Hands on what is held, if the sink has a drain: the next byte is the first of something new.
   *
   * @throws UncheckedIOException if the drain fails
   */
  public void flush() {
    if (drain != null) {
      handOn(drain);
      drained = 0;
      drainedCrc.reset();
    }
  }

  /**
   * Hands on what is held if it is much. What was written cannot be gone back into, and {@link
   * #putCrc32c} goes back to the last flush.
   */
  void drain() {
    if (drain != null && size >= DRAIN_BYTES) {
      drainedCrc.update(bytes, 0, size);
      handOn(drain);
    }
  }

  private void handOn(ByteDrain drain) {
    try {
      drain.write(bytes, 0, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    drained += size;
    size = 0;
  }

  /** Number of bytes held. */
  public int size() {
    return size;
  }

  /** The buffer; the first {@link #size()} bytes are what was written. */
  public byte[] array() {
    return bytes;
  }

  /** Forgets everything that is held and keeps the buffer. */
  public void reset() {
    size = 0;
    drained = 0;
    drainedCrc.reset();
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
    CRC32C crc = drained > 0 ? drainedCrc : new CRC32C();
    int start = drained > 0 ? 0 : from;
    crc.update(bytes, start, size - start);
    putIntLE((int) crc.getValue());
  }
}
