package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.Utf8;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.otlp.AttributeSink;
import java.util.Arrays;

/**
 * Collects the attributes of one row that get no column, as the wire bytes of a KeyValueList.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto.
 */
final class OverflowBuffer implements AttributeSink {

  private static final int LENGTH_DELIMITED = 2;
  private static final int STRING = 1 << 3 | LENGTH_DELIMITED;
  private static final int BOOL = 2 << 3;
  private static final int INT = 3 << 3;
  private static final int DOUBLE = 4 << 3 | 1;
  private static final int ENTRY = 1 << 3 | LENGTH_DELIMITED;
  private static final int KEY = 1 << 3 | LENGTH_DELIMITED;
  private static final int VALUE = 2 << 3 | LENGTH_DELIMITED;

  /** A buffer that one row made larger is not kept for the next. */
  private static final int KEPT_BYTES = 1 << 12;

  private static final byte[] NONE = {};

  private final ByteLease lease;
  private byte[] bytes = NONE;
  private int size;
  // for each entry where it begins, and how many values of the row had a column then
  private int[] starts = {};
  private int[] places = {};
  private int count;
  private int place;

  OverflowBuffer(ByteLease lease) {
    this.lease = lease;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The list so far, {@link #size} bytes; changes with the next attribute. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Number of entries. */
  int count() {
    return count;
  }

  /** Index of the first byte of an entry. */
  int start(int entry) {
    return entry == count ? size : starts[entry];
  }

  /** How many values of the row had a column when the entry came. */
  int place(int entry) {
    return places[entry];
  }

  /** The buffer, for an attribute of a row of which so many values have a column. */
  OverflowBuffer at(int place) {
    this.place = place;
    return this;
  }

  void clear() {
    size = 0;
    count = 0;
    if (starts.length > KEPT_BYTES) {
      lease.shrink(2L * Integer.BYTES * starts.length);
      starts = new int[0];
      places = new int[0];
    }
    if (bytes.length > KEPT_BYTES) {
      lease.shrink(bytes.length);
      bytes = NONE;
    }
  }

  @Override
  public void string(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    if (!Utf8.isValid(buffer, value, valueLength)) {
      byte[] repaired = Utf8.repair(buffer, value, valueLength);
      entry(buffer, key, keyLength, 1 + varintSize(repaired.length) + repaired.length);
      put(STRING);
      varint(repaired.length);
      put(repaired, 0, repaired.length);
    } else {
      entry(buffer, key, keyLength, 1 + varintSize(valueLength) + valueLength);
      put(STRING);
      varint(valueLength);
      put(buffer, value, valueLength);
    }
  }

  @Override
  public void integer(byte[] buffer, int key, int keyLength, long value) {
    entry(buffer, key, keyLength, 1 + varintSize(value));
    put(INT);
    varint(value);
  }

  @Override
  public void floating(byte[] buffer, int key, int keyLength, long rawBits) {
    entry(buffer, key, keyLength, 1 + Long.BYTES);
    put(DOUBLE);
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      put((int) (rawBits >>> shift));
    }
  }

  @Override
  public void bool(byte[] buffer, int key, int keyLength, long value) {
    entry(buffer, key, keyLength, 1 + varintSize(value));
    put(BOOL);
    varint(value);
  }

  @Override
  public void any(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    entry(buffer, key, keyLength, valueLength);
    put(buffer, value, valueLength);
  }

  /** Writes an entry up to its value, which the caller writes: {@code valueLength} bytes. */
  private void entry(byte[] buffer, int key, int keyLength, int valueLength) {
    if (!Utf8.isValid(buffer, key, keyLength)) {
      byte[] repaired = Utf8.repair(buffer, key, keyLength);
      entry(repaired, 0, repaired.length, valueLength);
      return;
    }
    int length = 2 + varintSize(keyLength) + keyLength + varintSize(valueLength) + valueLength;
    ensure(1L + varintSize(length) + length);
    if (count == starts.length) {
      int capacity = Growth.next(count, count + 1L);
      lease.grow(2L * Integer.BYTES * (capacity - count));
      starts = Arrays.copyOf(starts, capacity);
      places = Arrays.copyOf(places, capacity);
    }
    starts[count] = size;
    places[count++] = place;
    put(ENTRY);
    varint(length);
    put(KEY);
    varint(keyLength);
    put(buffer, key, keyLength);
    put(VALUE);
    varint(valueLength);
  }

  private void ensure(long more) {
    if (size + more > bytes.length) {
      int capacity = Growth.next(bytes.length, size + more);
      lease.grow(capacity);
      lease.shrink(bytes.length);
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  private void put(int value) {
    bytes[size++] = (byte) value;
  }

  private void put(byte[] source, int offset, int length) {
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      put((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    put((int) rest);
  }

  private static int varintSize(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }
}
