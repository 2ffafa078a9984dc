package io.tempo4j.otlp;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads single {@code AnyValue} and {@code KeyValue} messages, as the ANY and overflow columns keep
 * them, into values.
 *
 * <p>Unknown fields are skipped; of a repeated oneof field the last one counts. Stateless.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto.
 */
public final class AnyValueReader {

  /** Deepest nesting of arrays and maps that is read. */
  public static final int MAX_DEPTH = 128;

  private AnyValueReader() {}

  /**
   * The value that {@code bytes[from .. to)} encodes; {@link AttributeValue.EmptyValue} for no
   * bytes.
   *
   * @throws MalformedOtlpException if the bytes are no AnyValue or nest deeper than {@link
   *     #MAX_DEPTH}
   */
  public static AttributeValue value(byte[] bytes, int from, int to) throws MalformedOtlpException {
    return value(bytes, from, to, 0);
  }

  /**
   * The pairs of a {@code KeyValueList} in {@code bytes[from .. to)}, in order.
   *
   * @throws MalformedOtlpException if the bytes are no KeyValueList or nest deeper than {@link
   *     #MAX_DEPTH}
   */
  public static List<Attribute> keyValueList(byte[] bytes, int from, int to)
      throws MalformedOtlpException {
    return keyValueList(bytes, from, to, 0);
  }

  /** Receives the pairs of a list without decoding them. */
  @FunctionalInterface
  public interface PairVisitor {
    /** One pair as the range of its {@code KeyValue} message. */
    void pair(byte[] bytes, int from, int to) throws MalformedOtlpException;
  }

  /**
   * Visits the encoded pairs of a {@code KeyValueList}, in order.
   *
   * @throws MalformedOtlpException if the bytes are no KeyValueList
   */
  public static void forEachPair(byte[] bytes, int from, int to, PairVisitor visitor)
      throws MalformedOtlpException {
    Cursor cursor = new Cursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field == 1 && cursor.wireType == 2) {
        visitor.pair(bytes, cursor.start, cursor.end);
      }
    }
  }

  private static List<Attribute> keyValueList(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    List<Attribute> pairs = new ArrayList<>();
    Cursor cursor = new Cursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field == 1 && cursor.wireType == 2) {
        pairs.add(keyValue(bytes, cursor.start, cursor.end, depth));
      }
    }
    return pairs;
  }

  private static Attribute keyValue(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    String key = "";
    AttributeValue value = new AttributeValue.EmptyValue();
    Cursor cursor = new Cursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.wireType == 2 && cursor.field == 1) {
        key = text(bytes, cursor.start, cursor.end);
      } else if (cursor.wireType == 2 && cursor.field == 2) {
        value = value(bytes, cursor.start, cursor.end, depth);
      }
    }
    return new Attribute(key, value);
  }

  private static AttributeValue value(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    if (depth > MAX_DEPTH) {
      throw new MalformedOtlpException("values nest deeper than " + MAX_DEPTH, from);
    }
    AttributeValue value = new AttributeValue.EmptyValue();
    Cursor cursor = new Cursor(bytes, from, to);
    while (cursor.next()) {
      int field = cursor.field;
      if (cursor.wireType == 2) {
        if (field == 1) {
          value = new AttributeValue.StringValue(text(bytes, cursor.start, cursor.end));
        } else if (field == 5) {
          value = array(bytes, cursor.start, cursor.end, depth + 1);
        } else if (field == 6) {
          value =
              new AttributeValue.MapValue(keyValueList(bytes, cursor.start, cursor.end, depth + 1));
        } else if (field == 7) {
          value =
              new AttributeValue.BytesValue(Arrays.copyOfRange(bytes, cursor.start, cursor.end));
        }
      } else if (cursor.wireType == 0 && field == 2) {
        value = new AttributeValue.BoolValue(cursor.number != 0);
      } else if (cursor.wireType == 0 && field == 3) {
        value = new AttributeValue.IntValue(cursor.number);
      } else if (cursor.wireType == 1 && field == 4) {
        value = new AttributeValue.DoubleValue(Double.longBitsToDouble(cursor.number));
      }
    }
    return value;
  }

  private static AttributeValue array(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    List<AttributeValue> values = new ArrayList<>();
    Cursor cursor = new Cursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field == 1 && cursor.wireType == 2) {
        values.add(value(bytes, cursor.start, cursor.end, depth));
      }
    }
    return new AttributeValue.ArrayValue(values);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Walks the fields of one message. */
  private static final class Cursor {
    private final byte[] bytes;
    private final int limit;
    private int position;

    private int field;
    private int wireType;

    /** Range of a length-delimited field. */
    private int start;

    private int end;

    /** Value of a varint, fixed64 or fixed32 field. */
    private long number;

    Cursor(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.position = from;
      this.limit = to;
    }

    boolean next() throws MalformedOtlpException {
      if (position >= limit) {
        return false;
      }
      int at = position;
      long tag = varint();
      wireType = (int) (tag & 7);
      if (tag >>> 3 == 0 || tag >>> 3 > 0x1FFFFFFF) {
        throw new MalformedOtlpException("field number " + (tag >>> 3), at);
      }
      field = (int) (tag >>> 3);
      switch (wireType) {
        case 0 -> number = varint();
        case 1 -> number = fixed(8);
        case 2 -> {
          long length = varint();
          if (length < 0 || length > limit - position) {
            throw new MalformedOtlpException("length " + length + " passes the end", at);
          }
          start = position;
          end = position + (int) length;
          position = end;
        }
        case 5 -> number = fixed(4);
        default -> throw new MalformedOtlpException("wire type " + wireType, at);
      }
      return true;
    }

    private long varint() throws MalformedOtlpException {
      int at = position;
      long value = 0;
      for (int shift = 0; shift < 70; shift += 7) {
        if (position >= limit) {
          throw new MalformedOtlpException("varint passes the end", at);
        }
        byte b = bytes[position++];
        value |= (long) (b & 0x7F) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new MalformedOtlpException("varint of more than ten bytes", at);
    }

    private long fixed(int width) throws MalformedOtlpException {
      if (limit - position < width) {
        throw new MalformedOtlpException("number passes the end", position);
      }
      long value = 0;
      for (int i = 0; i < width; i++) {
        value |= (bytes[position + i] & 0xFFL) << (8 * i);
      }
      position += width;
      return value;
    }
  }
}
