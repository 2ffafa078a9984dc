package io.tempo4j.receivers.sdk;

import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.tempo4j.otlp.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes attributes of the SDK as OTLP {@code KeyValue}s.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto.
 */
final class AttributesWriter {

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private static final int STRING = 1;
  private static final int BOOL = 2;
  private static final int INT = 3;
  private static final int DOUBLE = 4;
  private static final int ARRAY = 5;
  private static final int KEY_VALUES = 6;
  private static final int BYTES = 7;

  private final WireWriter out;

  AttributesWriter(WireWriter out) {
    this.out = out;
  }

  /** Writes each attribute as a field of that number. */
  void write(int field, Attributes attributes) {
    attributes.forEach((key, value) -> {
      int entry = out.begin(field);
      out.string(KEY, key.getKey());
      int any = out.begin(VALUE);
      if (key.getType() == AttributeType.VALUE) {
        value((Value<?>) value);
      } else {
        value(value);
      }
      out.end(any);
      out.end(entry);
    });
  }

  /** The member of an {@code AnyValue} that holds what an attribute of a plain type has. */
  private void value(Object value) {
    switch (value) {
      case String text -> out.string(STRING, text);
      case Boolean bool -> out.bool(BOOL, bool);
      case Long number -> out.varint(INT, number);
      case Double number -> out.doubleValue(DOUBLE, number);
      case List<?> elements -> {
        int array = out.begin(ARRAY);
        for (Object element : elements) {
          int any = out.begin(1);
          value(element);
          out.end(any);
        }
        out.end(array);
      }
      default -> throw new IllegalArgumentException("no attribute value: " + value.getClass());
    }
  }

  private void value(Value<?> value) {
    Object content = value.getValue();
    switch (value.getType()) {
      case STRING, BOOLEAN, LONG, DOUBLE -> value(content);
      case BYTES -> {
        ByteBuffer buffer = ((ByteBuffer) content).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        out.bytes(BYTES, bytes, 0, bytes.length);
      }
      case ARRAY -> {
        int array = out.begin(ARRAY);
        for (Object element : (List<?>) content) {
          int any = out.begin(1);
          value((Value<?>) element);
          out.end(any);
        }
        out.end(array);
      }
      case KEY_VALUE_LIST -> {
        int list = out.begin(KEY_VALUES);
        for (Object element : (List<?>) content) {
          KeyValue pair = (KeyValue) element;
          int entry = out.begin(1);
          out.string(KEY, pair.getKey());
          int any = out.begin(VALUE);
          value(pair.getValue());
          out.end(any);
          out.end(entry);
        }
        out.end(list);
      }
      case EMPTY -> {} // an AnyValue without a member
    }
  }
}
