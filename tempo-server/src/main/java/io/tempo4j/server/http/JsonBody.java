package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes one JSON document in the JSON mapping of protobuf: 64-bit integers are strings, bytes are
 * base64. Not thread-safe.
 */
final class JsonBody {

  /** Writes the content of a document. */
  interface Content {
    void writeTo(JsonBody body) throws IOException;
  }

  private static final SerializableString KEY = name("key");
  private static final SerializableString VALUE = name("value");
  private static final SerializableString VALUES = name("values");
  private static final SerializableString STRING_VALUE = name("stringValue");
  private static final SerializableString BOOL_VALUE = name("boolValue");
  private static final SerializableString INT_VALUE = name("intValue");
  private static final SerializableString DOUBLE_VALUE = name("doubleValue");
  private static final SerializableString BYTES_VALUE = name("bytesValue");
  private static final SerializableString ARRAY_VALUE = name("arrayValue");
  private static final SerializableString KVLIST_VALUE = name("kvlistValue");

  private final JsonBytes out;

  /** Whether a comma comes before the next field or element. */
  private boolean isFollowing;

  private JsonBody(JsonBytes out) {
    this.out = out;
  }

  /**
   * The document.
   *
   * @param content writes the same whenever it is asked to
   */
  static Body of(Content content) {
    return to -> {
      JsonBytes out = new JsonBytes(to);
      try {
        content.writeTo(new JsonBody(out));
        out.flush();
      } catch (UncheckedIOException e) {
        throw e.getCause(); // what is written to is full, or gone
      }
    };
  }

  /** A field's name, encoded once. */
  static SerializableString name(String name) {
    return new SerializedString(name);
  }

  void startObject() {
    separate();
    out.put('{');
    isFollowing = false;
  }

  void startObject(SerializableString name) {
    field(name);
    out.put('{');
  }

  void startObject(String name) {
    field(name);
    out.put('{');
  }

  void endObject() {
    out.put('}');
    isFollowing = true;
  }

  void startArray(SerializableString name) {
    field(name);
    out.put('[');
  }

  void endArray() {
    out.put(']');
    isFollowing = true;
  }

  private void separate() {
    if (isFollowing) {
      out.put(',');
    }
  }

  /** A name, behind which a value must follow. */
  private void field(SerializableString name) {
    separate();
    out.putName(name.asQuotedUTF8());
    isFollowing = false;
  }

  private void field(String name) {
    separate();
    out.putText(name);
    out.put(':');
    isFollowing = false;
  }

  /** The name of the value that follows. */
  void key(String name) {
    field(name);
  }

  /** An array where a value is expected. */
  void startArray() {
    separate();
    out.put('[');
    isFollowing = false;
  }

  /** A string where a value is expected. */
  void text(String value) {
    separate();
    out.putText(value);
    isFollowing = true;
  }

  /** UTF-8 bytes as a string where a value is expected; wrong sequences are replaced. */
  void utf8(byte[] buffer, int from, int to) {
    separate();
    out.putUtf8(buffer, from, to);
    isFollowing = true;
  }

  /** Bytes as hexadecimal digits in a string, where a value is expected. */
  void hex(byte[] buffer, int from, int to) {
    separate();
    out.put('"');
    out.putHex(buffer, from, to);
    out.put('"');
    isFollowing = true;
  }

  /** A number where a value is expected. */
  void number(long value) {
    separate();
    out.putSigned(value);
    isFollowing = true;
  }

  /** A truth value where a value is expected. */
  void bool(boolean value) {
    separate();
    out.putAscii(value ? "true" : "false");
    isFollowing = true;
  }

  /** A number where a value is expected; those that JSON has no number for are strings. */
  void real(double value) {
    separate();
    if (!Double.isFinite(value)) {
      out.putText(Double.toString(value));
    } else {
      out.putAscii(Double.toString(value));
    }
    isFollowing = true;
  }

  /** Nothing where a value is expected. */
  void nothing() {
    separate();
    out.putAscii("null");
    isFollowing = true;
  }

  /** Bytes that are JSON already. */
  void raw(SerializableString name, byte[] value) {
    field(name);
    out.put(value);
    isFollowing = true;
  }

  void string(SerializableString name, String value) {
    field(name);
    text(value);
  }

  /** A string that is there only if it is not empty. */
  void stringUnlessEmpty(SerializableString name, String value) {
    if (!value.isEmpty()) {
      string(name, value);
    }
  }

  /** UTF-8 bytes; wrong sequences are replaced. */
  void utf8(SerializableString name, byte[] buffer, int from, int to) {
    field(name);
    utf8(buffer, from, to);
  }

  void base64(SerializableString name, byte[] buffer, int from, int to) {
    field(name);
    base64(buffer, from, to);
  }

  /** Bytes in base64 where a value is expected. */
  void base64(byte[] buffer, int from, int to) {
    separate();
    out.put('"');
    out.putBase64(buffer, from, to);
    out.put('"');
    isFollowing = true;
  }

  void hex(SerializableString name, byte[] buffer, int from, int to) {
    field(name);
    hex(buffer, from, to);
  }

  void hex(SerializableString name, long value) {
    field(name);
    out.put('"');
    out.putHex(value);
    out.put('"');
    isFollowing = true;
  }

  void number(SerializableString name, long value) {
    field(name);
    number(value);
  }

  void numberUnlessZero(SerializableString name, long value) {
    if (value != 0) {
      number(name, value);
    }
  }

  void bool(SerializableString name, boolean value) {
    field(name);
    bool(value);
  }

  /** A floating-point number; those that JSON has no number for are strings. */
  void real(SerializableString name, double value) {
    field(name);
    real(value);
  }

  /** A signed 64-bit integer as a string. */
  void signed(SerializableString name, long value) {
    field(name);
    out.put('"');
    out.putSigned(value);
    out.put('"');
    isFollowing = true;
  }

  /** An unsigned 64-bit integer as a string. */
  void unsigned(SerializableString name, long value) {
    field(name);
    out.put('"');
    out.putUnsigned(value);
    out.put('"');
    isFollowing = true;
  }

  /** A trace id as {@link TraceId#toShortHex} shows it. */
  void shortHex(SerializableString name, TraceId id) {
    field(name);
    out.put('"');
    out.putShortHex(id.high(), id.low());
    out.put('"');
    isFollowing = true;
  }

  /** How much was written so far. */
  long written() {
    return out.written();
  }

  /**
   * Writes fields again that were written from {@code from} to {@code to} at the beginning of an
   * object, at the beginning of another one.
   *
   * @return false if they are not at hand any more; nothing was written then
   */
  boolean repeat(long from, long to) {
    if (!out.repeat(from, to)) {
      return false;
    }
    isFollowing = to > from;
    return true;
  }

  void unsignedUnlessZero(SerializableString name, long value) {
    if (value != 0) {
      unsigned(name, value);
    }
  }

  /** A list of attributes that is there only if it is not empty. */
  void attributesUnlessEmpty(SerializableString name, List<Attribute> attributes) {
    if (!attributes.isEmpty()) {
      startArray(name);
      entries(attributes);
      endArray();
    }
  }

  private void entries(List<Attribute> attributes) {
    for (Attribute attribute : attributes) {
      startObject();
      string(KEY, attribute.key());
      startObject(VALUE);
      value(attribute.value());
      endObject();
      endObject();
    }
  }

  private void value(AttributeValue value) {
    switch (value) {
      case AttributeValue.StringValue v -> string(STRING_VALUE, v.value());
      case AttributeValue.IntValue v -> signed(INT_VALUE, v.value());
      case AttributeValue.DoubleValue v -> real(DOUBLE_VALUE, v.value());
      case AttributeValue.BoolValue v -> bool(BOOL_VALUE, v.value());
      case AttributeValue.BytesValue v -> base64(BYTES_VALUE, v.value(), 0, v.value().length);
      case AttributeValue.ArrayValue v -> {
        startObject(ARRAY_VALUE);
        startArray(VALUES);
        for (AttributeValue element : v.values()) {
          startObject();
          value(element);
          endObject();
        }
        endArray();
        endObject();
      }
      case AttributeValue.MapValue v -> {
        startObject(KVLIST_VALUE);
        startArray(VALUES);
        entries(v.entries());
        endArray();
        endObject();
      }
      case AttributeValue.EmptyValue v -> {}
    }
  }
}
