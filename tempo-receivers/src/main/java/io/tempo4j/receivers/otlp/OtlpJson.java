package io.tempo4j.receivers.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.RequestRefusedException;
import io.tempo4j.receivers.otlp.JsonShape.Field;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Turns OTLP's JSON into OTLP's protobuf while reading it, without objects in between.
 *
 * <p>As protobuf's JSON mapping says, but: trace and span ids are hex, in either case; enums are
 * numbers (their names are taken too); unknown fields are ignored at every level; field names may
 * be in lowerCamelCase or as protobuf has them. 64-bit integers are strings or numbers. {@code
 * null} means absent. Of a field that occurs twice the last value counts, messages are merged and
 * lists joined, as protobuf does.
 *
 * <p>Source: OTLP specification 1.10, "JSON Protobuf Encoding"; protobuf's "ProtoJSON format".
 */
final class OtlpJson {

  /** As deep as protobuf parsers go by default. */
  static final int MAX_MESSAGE_DEPTH = 100;

  private static final JsonShape REQUEST = JsonShape.of(ExportTraceServiceRequest.getDescriptor());

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .recyclerPool(JsonRecyclerPools.newBoundedPool(16))
          .streamReadConstraints(
              // The body is bounded already.
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final int MAX_NUMBER_CHARS = 1_000;
  private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");
  private static final int MAX_REPEATED_CHARS = 60;
  private static final int MAX_INTEGER_DIGITS = 20;
  private static final BigInteger MIN_INT64 = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_INT64 = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MAX_UINT64 =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final long MAX_UINT32 = 0xffff_ffffL;

  private final JsonParser parser;
  private final WireWriter out;

  private OtlpJson(JsonParser parser, WireWriter out) {
    this.parser = parser;
    this.out = out;
  }

  /**
   * Turns one request.
   *
   * @param json an {@code ExportTraceServiceRequest}
   * @param admission counts what is allocated
   * @return the same in protobuf
   * @throws RequestRefusedException if the text is no such request; says where
   */
  static ByteSlice toProtobuf(ByteSlice json, Admission admission) throws RequestRefusedException {
    // Every value takes at least as many bytes in JSON as in protobuf.
    admission.reserve(json.length());
    WireWriter out = new WireWriter(json.length() / 2);
    try (JsonParser parser = JSON.createParser(json.array(), json.offset(), json.length())) {
      return read(parser, out);
    } catch (IOException e) {
      throw RequestRefusedException.invalid("the body is no JSON: " + e.getMessage());
    }
  }

  private static ByteSlice read(JsonParser parser, WireWriter out)
      throws IOException, RequestRefusedException {
    try {
      OtlpJson reader = new OtlpJson(parser, out);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw reader.expected("an object");
      }
      reader.message(REQUEST, 0);
      if (parser.nextToken() != null) {
        throw reader.expected("the end");
      }
      return new ByteSlice(out.array(), 0, out.size());
    } catch (JsonProcessingException e) {
      // What is too long or too deep has no place of its own: it is where the parser stopped.
      JsonLocation place = e.getLocation();
      throw refused(
          place == null || place.getLineNr() < 1 ? parser.currentLocation() : place,
          withoutSource(e));
    }
  }

  private void message(JsonShape shape, int depth) throws IOException, RequestRefusedException {
    if (depth > MAX_MESSAGE_DEPTH) {
      throw refused("messages are nested deeper than " + MAX_MESSAGE_DEPTH);
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Field field = shape.field(name);
      JsonToken token = parser.nextToken();
      if (field == null) {
        parser.skipChildren();
      } else if (token != JsonToken.VALUE_NULL) {
        if (field.repeated()) {
          list(shape, name, field, depth);
        } else {
          value(shape, name, field, depth);
        }
      }
    }
  }

  private void list(JsonShape shape, String name, Field field, int depth)
      throws IOException, RequestRefusedException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw expected(shape, name, "an array");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      value(shape, name, field, depth);
    }
  }

  private void value(JsonShape shape, String name, Field field, int depth)
      throws IOException, RequestRefusedException {
    int number = field.number();
    switch (field.kind()) {
      case MESSAGE -> {
        JsonShape nested = field.message();
        if (nested == null || parser.currentToken() != JsonToken.START_OBJECT) {
          throw expected(shape, name, "an object");
        }
        int start = out.begin(number);
        message(nested, depth + 1);
        out.end(start);
      }
      case STRING -> {
        require(shape, name, JsonToken.VALUE_STRING, "a string");
        if (parser.getTextLength() > 0 || field.hasPresence()) {
          out.string(
              number, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        }
      }
      case BYTES -> {
        require(shape, name, JsonToken.VALUE_STRING, "a base64 string");
        bytes(field, base64(shape, name));
      }
      case HEX_ID -> {
        require(shape, name, JsonToken.VALUE_STRING, "a hex string");
        bytes(field, hex(shape, name));
      }
      case BOOL -> {
        boolean value = parser.currentToken() == JsonToken.VALUE_TRUE;
        if (!value && parser.currentToken() != JsonToken.VALUE_FALSE) {
          throw expected(shape, name, "true or false");
        }
        varint(field, value ? 1 : 0);
      }
      case ENUM -> varint(field, enumNumber(shape, name, field));
      case INT32 -> varint(field, int32(shape, name));
      case INT64 -> varint(field, integer(shape, name, MIN_INT64, MAX_INT64));
      case UINT32 -> varint(field, uint32(shape, name));
      case FIXED32 -> {
        long value = uint32(shape, name);
        if (value != 0 || field.hasPresence()) {
          out.fixed32(number, (int) value);
        }
      }
      case FIXED64 -> fixed64(field, integer(shape, name, BigInteger.ZERO, MAX_UINT64));
      case DOUBLE -> fixed64(field, Double.doubleToRawLongBits(number(shape, name)));
    }
  }

  private void varint(Field field, long value) {
    if (value != 0 || field.hasPresence()) {
      out.varint(field.number(), value);
    }
  }

  private void fixed64(Field field, long value) {
    if (value != 0 || field.hasPresence()) {
      out.fixed64(field.number(), value);
    }
  }

  private void bytes(Field field, byte[] value) {
    if (value.length > 0 || field.hasPresence()) {
      out.bytes(field.number(), value, 0, value.length);
    }
  }

  private long int32(JsonShape shape, String name) throws IOException, RequestRefusedException {
    return inRange(
        shape,
        name,
        integer(shape, name, MIN_INT64, MAX_INT64),
        Integer.MIN_VALUE,
        Integer.MAX_VALUE);
  }

  private long uint32(JsonShape shape, String name) throws IOException, RequestRefusedException {
    return inRange(shape, name, integer(shape, name, MIN_INT64, MAX_INT64), 0, MAX_UINT32);
  }

  private long inRange(JsonShape shape, String name, long value, long min, long max)
      throws IOException, RequestRefusedException {
    if (value < min || value > max) {
      throw outOfRange(shape, name);
    }
    return value;
  }

  private long enumNumber(JsonShape shape, String name, Field field)
      throws IOException, RequestRefusedException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      return int32(shape, name);
    }
    Integer number = field.numbersByName().get(parser.getText());
    if (number == null) {
      throw expected(shape, name, "a number or one of " + field.numbersByName().keySet());
    }
    return number;
  }

  /** An integer as a number or as a string of one, as the low 64 bits of its two's complement. */
  private long integer(JsonShape shape, String name, BigInteger min, BigInteger max)
      throws IOException, RequestRefusedException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long value = parser.getLongValue();
      if (value < 0 && min.signum() >= 0) {
        throw outOfRange(shape, name);
      }
      return value;
    }
    if (token == null || !(token.isNumeric() || token == JsonToken.VALUE_STRING)) {
      throw expected(shape, name, "an integer");
    }
    BigInteger value = exactInteger(shape, name, decimal(shape, name));
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw outOfRange(shape, name);
    }
    return value.longValue();
  }

  private BigInteger exactInteger(JsonShape shape, String name, BigDecimal value)
      throws IOException, RequestRefusedException {
    // Looks at the number of digits first: 1e999999999 must not be written out.
    if ((long) value.precision() - value.scale() > MAX_INTEGER_DIGITS) {
      throw outOfRange(shape, name);
    }
    try {
      return value.toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw expected(shape, name, "an integer");
    }
  }

  private double number(JsonShape shape, String name) throws IOException, RequestRefusedException {
    JsonToken token = parser.currentToken();
    double value;
    if (token == JsonToken.VALUE_STRING) {
      switch (parser.getText()) {
        case "NaN":
          return Double.NaN;
        case "Infinity":
          return Double.POSITIVE_INFINITY;
        case "-Infinity":
          return Double.NEGATIVE_INFINITY;
        default:
          value = decimalToDouble(shape, name);
      }
    } else if (token != null && token.isNumeric()) {
      value = parser.getDoubleValue();
    } else {
      throw expected(shape, name, "a number");
    }
    if (Double.isInfinite(value)) {
      throw outOfRange(shape, name);
    }
    return value;
  }

  private double decimalToDouble(JsonShape shape, String name)
      throws IOException, RequestRefusedException {
    String text = parser.getText();
    // BigDecimal checks the syntax (Double takes "0x1p3" and "1d") but knows no -0.
    decimal(shape, name);
    return Double.parseDouble(text);
  }

  private BigDecimal decimal(JsonShape shape, String name)
      throws IOException, RequestRefusedException {
    if (parser.getTextLength() > MAX_NUMBER_CHARS) {
      throw refused(path(shape, name) + " has a number of " + parser.getTextLength() + " digits");
    }
    try {
      return new BigDecimal(parser.getText());
    } catch (NumberFormatException e) {
      throw expected(shape, name, "a number");
    }
  }

  private byte[] hex(JsonShape shape, String name) throws IOException, RequestRefusedException {
    char[] chars = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    int length = parser.getTextLength();
    if (length % 2 != 0) {
      throw refused(path(shape, name) + " has an odd number of hex digits");
    }
    byte[] bytes = new byte[length / 2];
    for (int i = 0; i < bytes.length; i++) {
      int high = Character.digit(chars[offset + 2 * i], 16);
      int low = Character.digit(chars[offset + 2 * i + 1], 16);
      if (high < 0 || low < 0) {
        throw expected(shape, name, "hex digits");
      }
      bytes[i] = (byte) (high << 4 | low);
    }
    return bytes;
  }

  private byte[] base64(JsonShape shape, String name) throws IOException, RequestRefusedException {
    String text = parser.getText();
    boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    try {
      return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      throw expected(shape, name, "base64");
    }
  }

  private void require(JsonShape shape, String name, JsonToken token, String what)
      throws RequestRefusedException {
    if (parser.currentToken() != token) {
      throw expected(shape, name, what);
    }
  }

  /** The parser's message without its own description of the place and of its settings. */
  private static String withoutSource(JsonProcessingException e) {
    String message = SETTING.matcher(String.valueOf(e.getOriginalMessage())).replaceAll("");
    int source = message.indexOf("[Source");
    int bracket = source < 0 ? -1 : message.lastIndexOf('(', source);
    return bracket < 0 ? message : message.substring(0, bracket).strip();
  }

  private RequestRefusedException expected(JsonShape shape, String name, String what) {
    return refused(path(shape, name) + " must be " + what + ", found " + found());
  }

  private RequestRefusedException expected(String what) {
    return refused("expected " + what + ", found " + found());
  }

  /** What stands in the text, for its author. */
  private String found() {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "the end of the text";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case END_OBJECT, END_ARRAY -> "'" + token.asString() + "'";
      case VALUE_STRING -> "the string '" + text() + "'";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + text();
      case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> String.valueOf(token.asString());
      case FIELD_NAME -> "the name '" + text() + "'";
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> token.name();
    };
  }

  /** The beginning of the value's text. */
  private String text() {
    try {
      String text = parser.getText();
      return text.length() <= MAX_REPEATED_CHARS
          ? text
          : text.substring(0, MAX_REPEATED_CHARS) + "...";
    } catch (IOException e) {
      return "?"; // what is wrong with it is said when it is read
    }
  }

  private RequestRefusedException outOfRange(JsonShape shape, String name) {
    return refused(path(shape, name) + " is out of range: " + text());
  }

  private static String path(JsonShape shape, String name) {
    return shape.name() + '.' + name;
  }

  private RequestRefusedException refused(String what) {
    return refused(parser.currentTokenLocation(), what);
  }

  private static RequestRefusedException refused(JsonLocation location, String what) {
    return RequestRefusedException.invalid(
        "JSON at line "
            + location.getLineNr()
            + ", column "
            + Math.max(1, location.getColumnNr())
            + ": "
            + what);
  }
}
