package io.tempo4j.model;

import java.util.Arrays;
import java.util.List;

/**
 * One attribute value, as OpenTelemetry's {@code AnyValue} defines it.
 *
 * <p>Values of this type appear only in results and at the edges; stored spans keep their values in
 * typed columns. Source: opentelemetry/proto/common/v1/common.proto.
 */
public sealed interface AttributeValue {

  /** A UTF-8 string. */
  record StringValue(String value) implements AttributeValue {}

  /** A signed 64-bit integer. */
  record IntValue(long value) implements AttributeValue {}

  /** A 64-bit floating-point number. */
  record DoubleValue(double value) implements AttributeValue {}

  /** A truth value. */
  record BoolValue(boolean value) implements AttributeValue {}

  /** Opaque bytes; the array belongs to the value and must not be changed. */
  record BytesValue(byte[] value) implements AttributeValue {
    @Override
    public boolean equals(Object other) {
      return other instanceof BytesValue that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "BytesValue[" + value.length + " bytes]";
    }
  }

  /** An ordered list of values, not necessarily of one type. */
  record ArrayValue(List<AttributeValue> values) implements AttributeValue {
    /** Copies the list. */
    public ArrayValue {
      values = List.copyOf(values);
    }
  }

  /** A list of key-value pairs in the order in which they came. */
  record MapValue(List<Attribute> entries) implements AttributeValue {
    /** Copies the list. */
    public MapValue {
      entries = List.copyOf(entries);
    }
  }

  /** A value without content: OTLP allows an {@code AnyValue} with no field set. */
  record EmptyValue() implements AttributeValue {}
}
