package io.tempo4j.query.scan;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.GoDurationFormat;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.SpanKind;
import io.tempo4j.traceql.SpanStatus;
import io.tempo4j.traceql.StaticType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value while a query is evaluated; the absence of one is null. */
public sealed interface Value {

  /** The value as it appears in results. */
  AttributeValue toAttribute();

  /** The value as it appears in results, where durations are texts such as {@code 1.5s}. */
  default AttributeValue toAttribute(StaticType type) {
    if (type != StaticType.DURATION) {
      return toAttribute();
    }
    return switch (this) {
      case Int nanos -> new AttributeValue.StringValue(GoDurationFormat.text(nanos.value()));
      case Real nanos ->
          new AttributeValue.StringValue(GoDurationFormat.text((long) nanos.value()));
      default -> toAttribute();
    };
  }

  /** UTF-8 text. */
  @SuppressWarnings("ArrayRecordComponent") // never changed, never compared as a record
  record Text(byte[] utf8) implements Value {
    static Text of(String text) {
      return new Text(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public AttributeValue toAttribute() {
      return new AttributeValue.StringValue(new String(utf8, StandardCharsets.UTF_8));
    }
  }

  /** An integer or a duration in nanoseconds. */
  record Int(long value) implements Value {
    @Override
    public AttributeValue toAttribute() {
      return new AttributeValue.IntValue(value);
    }
  }

  /** A floating-point number. */
  record Real(double value) implements Value {
    @Override
    public AttributeValue toAttribute() {
      return new AttributeValue.DoubleValue(value);
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Value {
    @Override
    public AttributeValue toAttribute() {
      return new AttributeValue.BoolValue(value);
    }
  }

  /** A status by its OTLP number. */
  record Status(int code) implements Value {
    @Override
    public AttributeValue toAttribute() {
      for (SpanStatus status : SpanStatus.values()) {
        if (status.otlpCode() == code) {
          return new AttributeValue.StringValue(status.word());
        }
      }
      return new AttributeValue.StringValue(Integer.toString(code));
    }
  }

  /** A kind by its OTLP number. */
  record Kind(int code) implements Value {
    @Override
    public AttributeValue toAttribute() {
      for (SpanKind kind : SpanKind.values()) {
        if (kind.otlpCode() == code) {
          return new AttributeValue.StringValue(kind.word());
        }
      }
      return new AttributeValue.StringValue(Integer.toString(code));
    }
  }

  /** An array; elements that have no value are left out of {@code items}. */
  record Items(List<Value> items, AttributeValue toAttribute) implements Value {}

  /** Bytes or a map: there, but equal to nothing and ordered with nothing. */
  record Opaque(AttributeValue toAttribute) implements Value {}

  /** The value of an attribute; null for one without content. */
  static @Nullable Value of(AttributeValue attribute) {
    return switch (attribute) {
      case AttributeValue.StringValue text -> Text.of(text.value());
      case AttributeValue.IntValue number -> new Int(number.value());
      case AttributeValue.DoubleValue number -> new Real(number.value());
      case AttributeValue.BoolValue bool -> new Bool(bool.value());
      case AttributeValue.ArrayValue array -> {
        List<Value> items = new ArrayList<>();
        for (AttributeValue element : array.values()) {
          Value item = of(element);
          if (item != null) {
            items.add(item);
          }
        }
        yield new Items(items, array);
      }
      case AttributeValue.BytesValue bytes -> new Opaque(bytes);
      case AttributeValue.MapValue map -> new Opaque(map);
      case AttributeValue.EmptyValue empty -> null;
    };
  }

  /** The value of a literal; null for nil. */
  static @Nullable Value of(LiteralValue literal) {
    return switch (literal) {
      case LiteralValue.IntValue number -> new Int(number.value());
      case LiteralValue.FloatValue number -> new Real(number.value());
      case LiteralValue.StringValue text -> Text.of(text.value());
      case LiteralValue.DurationValue duration -> new Int(duration.nanos());
      case LiteralValue.BoolValue bool -> new Bool(bool.value());
      case LiteralValue.NilValue nil -> null;
      case LiteralValue.StatusValue status -> new Status(status.value().otlpCode());
      case LiteralValue.KindValue kind -> new Kind(kind.value().otlpCode());
    };
  }
}
