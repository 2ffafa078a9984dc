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

  /**
   * The pair that a {@code KeyValue} in {@code bytes[from .. to)} encodes.
   *
   * @throws MalformedOtlpException if the bytes are no KeyValue or nest deeper than {@link
   *     #MAX_DEPTH}
   */
  public static Attribute keyValue(byte[] bytes, int from, int to) throws MalformedOtlpException {
    return keyValue(bytes, from, to, 0);
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
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 1 && cursor.wireType() == 2) {
        visitor.pair(bytes, cursor.from(), cursor.to());
      }
    }
  }

  private static List<Attribute> keyValueList(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    List<Attribute> pairs = new ArrayList<>();
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 1 && cursor.wireType() == 2) {
        pairs.add(keyValue(bytes, cursor.from(), cursor.to(), depth));
      }
    }
    return pairs;
  }

  private static Attribute keyValue(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    String key = "";
    AttributeValue value = new AttributeValue.EmptyValue();
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.wireType() == 2 && cursor.field() == 1) {
        key = text(bytes, cursor.from(), cursor.to());
      } else if (cursor.wireType() == 2 && cursor.field() == 2) {
        value = value(bytes, cursor.from(), cursor.to(), depth);
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
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      int field = cursor.field();
      if (cursor.wireType() == 2) {
        if (field == 1) {
          value = new AttributeValue.StringValue(text(bytes, cursor.from(), cursor.to()));
        } else if (field == 5) {
          value = array(bytes, cursor.from(), cursor.to(), depth + 1);
        } else if (field == 6) {
          value =
              new AttributeValue.MapValue(
                  keyValueList(bytes, cursor.from(), cursor.to(), depth + 1));
        } else if (field == 7) {
          value =
              new AttributeValue.BytesValue(Arrays.copyOfRange(bytes, cursor.from(), cursor.to()));
        }
      } else if (cursor.wireType() == 0 && field == 2) {
        value = new AttributeValue.BoolValue(cursor.number() != 0);
      } else if (cursor.wireType() == 0 && field == 3) {
        value = new AttributeValue.IntValue(cursor.number());
      } else if (cursor.wireType() == 1 && field == 4) {
        value = new AttributeValue.DoubleValue(Double.longBitsToDouble(cursor.number()));
      }
    }
    return value;
  }

  private static AttributeValue array(byte[] bytes, int from, int to, int depth)
      throws MalformedOtlpException {
    List<AttributeValue> values = new ArrayList<>();
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 1 && cursor.wireType() == 2) {
        values.add(value(bytes, cursor.from(), cursor.to(), depth));
      }
    }
    return new AttributeValue.ArrayValue(values);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
