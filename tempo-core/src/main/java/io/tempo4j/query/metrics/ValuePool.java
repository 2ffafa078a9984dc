package io.tempo4j.query.metrics;

import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Hash64;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.scan.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers distinct values of all types; no objects per value. Number 0 is the absence of a value.
 *
 * <p>A value is a tag and its bytes: text as UTF-8, everything else eight bytes little-endian. What
 * has no label of its own (arrays, maps, bytes) counts as absent, as in Tempo.
 */
final class ValuePool {

  static final int NIL = 0;

  static final byte TEXT = 1;
  static final byte INT = 2;
  static final byte REAL = 3;
  static final byte BOOL = 4;
  static final byte STATUS = 5;
  static final byte KIND = 6;

  /** The text that stands for an absent value. */
  static final String NIL_TEXT = "nil";

  private byte[] bytes = new byte[256];
  private int[] ends = new int[16];
  private int[] hashes = new int[16];
  private int[] slots = new int[64];

  /** Numbers given, that of the absent value included. */
  private int size = 1;

  private final byte[] fixed = new byte[9];
  private final ByteBuffer fixedPayload = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);

  int size() {
    return size;
  }

  /** The number of a value. */
  int numberOf(@Nullable Value value) {
    return switch (value) {
      case null -> NIL;
      case Value.Text text -> text(text.utf8(), 0, text.utf8().length);
      case Value.Int number -> integer(number.value());
      case Value.Real number -> real(number.value());
      case Value.Bool bool -> bool(bool.value());
      case Value.Status status -> eight(STATUS, status.code());
      case Value.Kind kind -> eight(KIND, kind.code());
      case Value.Items items -> NIL;
      case Value.Opaque opaque -> NIL;
    };
  }

  int text(Dictionary dictionary, int code) {
    return text(dictionary.bytes(), dictionary.offset(code), dictionary.length(code));
  }

  int text(byte[] source, int offset, int length) {
    return numberOf(TEXT, source, offset, length);
  }

  int text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return text(utf8, 0, utf8.length);
  }

  int integer(long value) {
    return eight(INT, value);
  }

  int real(double value) {
    return eight(REAL, Double.doubleToLongBits(value));
  }

  int bool(boolean value) {
    return eight(BOOL, value ? 1 : 0);
  }

  int status(int code) {
    return eight(STATUS, code);
  }

  int kind(int code) {
    return eight(KIND, code);
  }

  /** The number that the value {@code number} of another pool has here. */
  int adopt(ValuePool other, int number) {
    if (number == NIL) {
      return NIL;
    }
    int from = other.start(number);
    return numberOf(other.bytes[from], other.bytes, from + 1, other.ends[number] - from - 1);
  }

  private int eight(byte tag, long payload) {
    fixedPayload.putLong(1, payload);
    return numberOf(tag, fixed, 1, 8);
  }

  private int numberOf(byte tag, byte[] source, int offset, int length) {
    int hash = (int) Hash64.ofBytes(source, offset, length, tag);
    int mask = slots.length - 1;
    int slot = hash & mask;
    int known;
    while ((known = slots[slot]) != 0) {
      if (hashes[known] == hash && isValue(known, tag, source, offset, length)) {
        return known;
      }
      slot = slot + 1 & mask;
    }
    return add(tag, source, offset, length, hash);
  }

  private boolean isValue(int number, byte tag, byte[] source, int offset, int length) {
    int from = start(number);
    return bytes[from] == tag
        && Arrays.equals(bytes, from + 1, ends[number], source, offset, offset + length);
  }

  private int add(byte tag, byte[] source, int offset, int length, int hash) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
      rehash(4 * ends.length);
    }
    int from = ends[size - 1];
    int end = Math.addExact(Math.addExact(from, length), 1);
    if (end > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(end, 2L * from)));
    }
    bytes[from] = tag;
    System.arraycopy(source, offset, bytes, from + 1, length);
    ends[size] = end;
    hashes[size] = hash;
    put(size);
    return size++;
  }

  private void rehash(int capacity) {
    slots = new int[capacity];
    for (int i = 1; i < size; i++) {
      put(i);
    }
  }

  private void put(int number) {
    int mask = slots.length - 1;
    int slot = hashes[number] & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = number;
  }

  private int start(int number) {
    return ends[number - 1];
  }

  byte tag(int number) {
    return bytes[start(number)];
  }

  /** Length of a value's bytes without its tag. */
  int length(int number) {
    return ends[number] - start(number) - 1;
  }

  /** Index in {@link #array()} of a value's first byte behind its tag. */
  int offset(int number) {
    return start(number) + 1;
  }

  byte[] array() {
    return bytes;
  }

  /** The payload of a value that is no text. */
  private long payload(int number) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset(number));
  }

  /** The value as a label shows it. */
  AttributeValue label(int number) {
    if (number == NIL) {
      return new AttributeValue.StringValue(NIL_TEXT);
    }
    return switch (tag(number)) {
      case TEXT -> new AttributeValue.StringValue(string(number));
      case INT -> new AttributeValue.IntValue(payload(number));
      case REAL -> new AttributeValue.DoubleValue(Double.longBitsToDouble(payload(number)));
      case BOOL -> new AttributeValue.BoolValue(payload(number) != 0);
      case STATUS -> new Value.Status((int) payload(number)).toAttribute();
      case KIND -> new Value.Kind((int) payload(number)).toAttribute();
      default -> throw new IllegalStateException("no such tag: " + tag(number));
    };
  }

  /** The text of a value that is one. */
  String string(int number) {
    return new String(bytes, offset(number), length(number), StandardCharsets.UTF_8);
  }

  /** Compares by type, then as texts by bytes and as numbers by size; absence comes first. */
  int compare(int one, int other) {
    if (one == NIL || other == NIL) {
      return Integer.compare(one == NIL ? 0 : 1, other == NIL ? 0 : 1);
    }
    byte tag = tag(one);
    if (tag != tag(other)) {
      return Byte.compare(tag, tag(other));
    }
    return switch (tag) {
      case TEXT ->
          Arrays.compareUnsigned(bytes, offset(one), ends[one], bytes, offset(other), ends[other]);
      case REAL ->
          Double.compare(
              Double.longBitsToDouble(payload(one)), Double.longBitsToDouble(payload(other)));
      default -> Long.compare(payload(one), payload(other));
    };
  }

  long heapBytes() {
    return bytes.length + 4L * (ends.length + hashes.length + slots.length);
  }
}
