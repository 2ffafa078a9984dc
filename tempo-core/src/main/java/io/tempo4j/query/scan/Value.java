package io.tempo4j.query.scan;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.GoDurationFormat;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.Regex;
import io.tempo4j.traceql.SpanKind;
import io.tempo4j.traceql.SpanStatus;
import io.tempo4j.traceql.StaticType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
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

  /**
   * An id, which is equal to every text that stands for it: hexadecimal digits in lower case, whose
   * zeros on the left may be left out, all or some, and the base64 of its bytes. An id of zeros is
   * none at all, and is equal to the empty text too.
   *
   * @param high the first eight bytes, big-endian; 0 for the id of a span
   * @param low the last eight bytes, big-endian
   * @param digits how many hexadecimal digits it has with all its zeros: 16 or 32
   */
  record Id(long high, long low, int digits) implements Value {

    /** The id of a span. */
    static Id ofSpan(long id) {
      return new Id(0, id, 2 * Long.BYTES);
    }

    /** The id of a trace. */
    static Id ofTrace(long high, long low) {
      return new Id(high, low, 4 * Long.BYTES);
    }

    /** The id of so many digits that a text is equal to; null if there is none. */
    static @Nullable Id parse(Text text, int digits) {
      byte[] utf8 = text.utf8();
      if (utf8.length > digits) {
        return null;
      }
      if (utf8.length > 0 && utf8[utf8.length - 1] == '=') {
        return ofBase64(utf8, digits);
      }
      long high = 0;
      long low = 0;
      for (byte c : utf8) {
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) {
          return null;
        }
        high = high << 4 | low >>> 60;
        low = low << 4 | digit;
      }
      return new Id(high, low, digits);
    }

    private static @Nullable Id ofBase64(byte[] utf8, int digits) {
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(utf8);
      } catch (IllegalArgumentException e) {
        return null;
      }
      if (2 * bytes.length != digits || !Arrays.equals(Base64.getEncoder().encode(bytes), utf8)) {
        return null;
      }
      ByteBuffer numbers = ByteBuffer.wrap(bytes);
      return bytes.length == Long.BYTES
          ? ofSpan(numbers.getLong())
          : ofTrace(numbers.getLong(), numbers.getLong());
    }

    /** Compares as numbers, or as texts with a text that is no id. */
    int compareTo(Text text) {
      Id other = parse(text, digits);
      return other == null ? Arrays.compareUnsigned(utf8(), text.utf8()) : compareTo(other);
    }

    int compareTo(Id other) {
      int byHigh = Long.compareUnsigned(high, other.high);
      return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Whether the digits are matched, with all zeros on the left or with fewer. */
    boolean anyText(Regex regex) {
      byte[] all = utf8();
      for (int from = 0; from <= digits; from++) {
        if (regex.matches(all, from, digits - from)) {
          return true;
        }
        if (from < digits && all[from] != '0') {
          return false;
        }
      }
      return false;
    }

    /** With all zeros. */
    private byte[] utf8() {
      HexFormat hex = HexFormat.of();
      String text = hex.toHexDigits(high) + hex.toHexDigits(low);
      return text.substring(text.length() - digits).getBytes(StandardCharsets.US_ASCII);
    }

    /** The id with all its zeros as a text, the empty one for no id. */
    public Text toText() {
      return new Text((high | low) == 0 ? new byte[0] : utf8());
    }

    @Override
    public AttributeValue toAttribute() {
      return toText().toAttribute();
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
