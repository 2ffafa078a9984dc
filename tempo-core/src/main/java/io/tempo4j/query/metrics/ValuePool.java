package io.tempo4j.query.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.Dictionary;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.scan.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers distinct values of all types; no objects per value. Number 0 is the absence of a value.
 *
 * <p>A value is a tag and its bytes: text as UTF-8, everything else eight bytes little-endian. What
 * has no label of its own (arrays, maps, bytes) counts as absent, as in Tempo.
 */
final class ValuePool {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final int NIL = 0;

  static final byte TEXT = 1;
  static final byte INT = 2;
  static final byte REAL = 3;
  static final byte BOOL = 4;
  static final byte STATUS = 5;
  static final byte KIND = 6;
  static final byte LAST_TAG = KIND;

  /** The text that stands for an absent value. */
  static final String NIL_TEXT = "nil";

  /** Entry {@code n} is value {@code n + 1}. */
  private final StringInterner entries = new StringInterner();

  private byte[] scratch = new byte[64];

  /** Numbers given, that of the absent value included. */
  int size() {
    return entries.size() + 1;
  }

  /** The number of a value. */
  int numberOf(@Nullable Value value) {
    return switch (value) {
      case null -> NIL;
      case Value.Text text -> text(text.utf8(), 0, text.utf8().length);
      case Value.Id id -> numberOf(id.toText());
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
    return text(dictionary.bytes(code), dictionary.offset(code), dictionary.length(code));
  }

  int text(byte[] source, int offset, int length) {
    return numberOf(TEXT, source, offset, length);
  }

  int text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return text(utf8, 0, utf8.length);
  }

  /** The number of a text, or -1 if it has none. */
  int find(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    byte[] entry = new byte[utf8.length + 1];
    entry[0] = TEXT;
    System.arraycopy(utf8, 0, entry, 1, utf8.length);
    int code = entries.find(entry, 0, entry.length);
    return code < 0 ? -1 : code + 1;
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
    Dictionary from = other.entries.dictionary();
    return entries.intern(from.bytes(number - 1), from.offset(number - 1), from.length(number - 1))
        + 1;
  }

  /** Number of the value with that tag and payload, as {@link #tag} and its like give them. */
  int add(byte tag, byte[] source, int offset, int length) {
    return numberOf(tag, source, offset, length);
  }

  byte tag(int number) {
    Dictionary all = entries.dictionary();
    return all.bytes(number - 1)[all.offset(number - 1)];
  }

  /** The bytes of a value behind its tag. */
  byte[] payload(int number) {
    Dictionary all = entries.dictionary();
    int from = all.offset(number - 1);
    return Arrays.copyOfRange(all.bytes(number - 1), from + 1, from + all.length(number - 1));
  }

  private int eight(byte tag, long payload) {
    scratch[0] = tag;
    LONG.set(scratch, 1, payload);
    return entries.intern(scratch, 0, 9) + 1;
  }

  private int numberOf(byte tag, byte[] source, int offset, int length) {
    if (length >= scratch.length) {
      scratch = new byte[Math.addExact(length, 1)];
    }
    scratch[0] = tag;
    System.arraycopy(source, offset, scratch, 1, length);
    return entries.intern(scratch, 0, length + 1) + 1;
  }

  /** The value as a label shows it. */
  AttributeValue label(int number) {
    if (number == NIL) {
      return new AttributeValue.StringValue(NIL_TEXT);
    }
    Dictionary all = entries.dictionary();
    byte[] bytes = all.bytes(number - 1);
    int from = all.offset(number - 1);
    long payload = bytes[from] == TEXT ? 0 : (long) LONG.get(bytes, from + 1);
    return switch (bytes[from]) {
      case TEXT ->
          new AttributeValue.StringValue(
              new String(bytes, from + 1, all.length(number - 1) - 1, UTF_8));
      case INT -> new AttributeValue.IntValue(payload);
      case REAL -> new AttributeValue.DoubleValue(Double.longBitsToDouble(payload));
      case BOOL -> new AttributeValue.BoolValue(payload != 0);
      case STATUS -> new Value.Status((int) payload).toAttribute();
      case KIND -> new Value.Kind((int) payload).toAttribute();
      default -> throw new IllegalStateException("no such tag: " + bytes[from]);
    };
  }

  /** Compares by type, then as texts by bytes and as numbers by size; absence comes first. */
  int compare(int one, int other) {
    if (one == NIL || other == NIL) {
      return Integer.compare(one, other);
    }
    Dictionary all = entries.dictionary();
    byte[] aBytes = all.bytes(one - 1);
    byte[] bBytes = all.bytes(other - 1);
    int a = all.offset(one - 1);
    int b = all.offset(other - 1);
    if (aBytes[a] != bBytes[b]) {
      return Byte.compare(aBytes[a], bBytes[b]);
    }
    return switch (aBytes[a]) {
      case TEXT ->
          Arrays.compareUnsigned(
              aBytes, a, a + all.length(one - 1), bBytes, b, b + all.length(other - 1));
      case STATUS, KIND -> label(one).toString().compareTo(label(other).toString());
      case REAL ->
          Double.compare(
              Double.longBitsToDouble((long) LONG.get(aBytes, a + 1)),
              Double.longBitsToDouble((long) LONG.get(bBytes, b + 1)));
      default -> Long.compare((long) LONG.get(aBytes, a + 1), (long) LONG.get(bBytes, b + 1));
    };
  }

  long heapBytes() {
    return entries.heapBytes();
  }
}
