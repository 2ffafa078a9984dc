package io.tempo4j.server.http;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

  private static final JsonFactory FACTORY = new JsonFactory();

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

  private final JsonGenerator json;
  private final byte[] digits = new byte[20];

  private JsonBody(JsonGenerator json) {
    this.json = json;
  }

  /** The bytes of the document. */
  static byte[] write(Content content) {
    return write(content, Integer.MAX_VALUE);
  }

  /**
   * The bytes of the document.
   *
   * @throws TooLargeException if there are more than {@code maxBytes} of them
   */
  static byte[] write(Content content, long maxBytes) {
    BoundedBytes out = new BoundedBytes(maxBytes);
    JsonGenerator json;
    try {
      json = FACTORY.createGenerator(out, JsonEncoding.UTF8);
      content.writeTo(new JsonBody(json));
      // Not closed when it fails: closing would write the rest.
      json.close();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return out.toByteArray();
  }

  /** The document has more bytes than it may have. */
  static final class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooLargeException(long maxBytes) {
      super("the answer is larger than " + maxBytes + " bytes");
    }
  }

  private static final class BoundedBytes extends ByteArrayOutputStream {

    private final long maxBytes;

    BoundedBytes(long maxBytes) {
      super(16 << 10);
      this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void write(byte[] buffer, int offset, int length) {
      if (count + (long) length > maxBytes) {
        throw new TooLargeException(maxBytes);
      }
      super.write(buffer, offset, length);
    }
  }

  /** A field's name, encoded once. */
  static SerializableString name(String name) {
    return new SerializedString(name);
  }

  void startObject() throws IOException {
    json.writeStartObject();
  }

  void startObject(SerializableString name) throws IOException {
    json.writeFieldName(name);
    json.writeStartObject();
  }

  void startObject(String name) throws IOException {
    json.writeFieldName(name);
    json.writeStartObject();
  }

  void endObject() throws IOException {
    json.writeEndObject();
  }

  void startArray(SerializableString name) throws IOException {
    json.writeFieldName(name);
    json.writeStartArray();
  }

  void endArray() throws IOException {
    json.writeEndArray();
  }

  void string(SerializableString name, String value) throws IOException {
    json.writeFieldName(name);
    json.writeString(value);
  }

  /** A string that is there only if it is not empty. */
  void stringUnlessEmpty(SerializableString name, String value) throws IOException {
    if (!value.isEmpty()) {
      string(name, value);
    }
  }

  /** UTF-8 bytes; wrong sequences are replaced. */
  void utf8(SerializableString name, byte[] buffer, int from, int to) throws IOException {
    json.writeFieldName(name);
    for (int i = from; i < to; i++) {
      if (buffer[i] < 0) {
        json.writeString(new String(buffer, from, to - from, StandardCharsets.UTF_8));
        return;
      }
    }
    json.writeUTF8String(buffer, from, to - from);
  }

  void base64(SerializableString name, byte[] buffer, int from, int to) throws IOException {
    json.writeFieldName(name);
    json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, buffer, from, to - from);
  }

  void hex(SerializableString name, long value) throws IOException {
    json.writeFieldName(name);
    for (int i = 0; i < 16; i++) {
      digits[i] = (byte) Character.forDigit((int) (value >>> (60 - 4 * i)) & 0xf, 16);
    }
    json.writeRawUTF8String(digits, 0, 16);
  }

  void number(SerializableString name, long value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(value);
  }

  void numberUnlessZero(SerializableString name, long value) throws IOException {
    if (value != 0) {
      number(name, value);
    }
  }

  void bool(SerializableString name, boolean value) throws IOException {
    json.writeFieldName(name);
    json.writeBoolean(value);
  }

  void real(SerializableString name, double value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(value);
  }

  /** A signed 64-bit integer as a string. */
  void signed(SerializableString name, long value) throws IOException {
    if (value >= 0) {
      unsigned(name, value);
    } else {
      string(name, Long.toString(value));
    }
  }

  /** An unsigned 64-bit integer as a string. */
  void unsigned(SerializableString name, long value) throws IOException {
    json.writeFieldName(name);
    if (value < 0) {
      json.writeString(Long.toUnsignedString(value));
      return;
    }
    int start = digits.length;
    long rest = value;
    do {
      digits[--start] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    json.writeRawUTF8String(digits, start, digits.length - start);
  }

  void unsignedUnlessZero(SerializableString name, long value) throws IOException {
    if (value != 0) {
      unsigned(name, value);
    }
  }

  /** A list of attributes that is there only if it is not empty. */
  void attributesUnlessEmpty(SerializableString name, List<Attribute> attributes)
      throws IOException {
    if (!attributes.isEmpty()) {
      startArray(name);
      entries(attributes);
      endArray();
    }
  }

  private void entries(List<Attribute> attributes) throws IOException {
    for (Attribute attribute : attributes) {
      startObject();
      string(KEY, attribute.key());
      startObject(VALUE);
      value(attribute.value());
      endObject();
      endObject();
    }
  }

  private void value(AttributeValue value) throws IOException {
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
