package io.tempo4j.otlp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes KeyValue messages.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto, messages KeyValue and AnyValue. A field
 * that is repeated counts by its last occurrence, as protobuf demands.
 */
final class AttributeDecoder {

  /** Arrays and maps nested deeper than this are refused. */
  static final int MAX_NESTING = 64;

  private static final int KEY = 1 << 3 | WireReader.BYTES;
  private static final int VALUE = 2 << 3 | WireReader.BYTES;
  private static final int STRING = 1 << 3 | WireReader.BYTES;
  private static final int BOOL = 2 << 3 | WireReader.VARINT;
  private static final int INT = 3 << 3 | WireReader.VARINT;
  private static final int DOUBLE = 4 << 3 | WireReader.FIXED64;
  private static final int ARRAY = 5 << 3 | WireReader.BYTES;
  private static final int MAP = 6 << 3 | WireReader.BYTES;
  private static final int OPAQUE = 7 << 3 | WireReader.BYTES;
  private static final int ELEMENT = 1 << 3 | WireReader.BYTES;

  private AttributeDecoder() {}

  /** Decodes the KeyValue message that ends at {@code end} and hands it to {@code sink}. */
  static void decode(WireReader in, int end, AttributeSink sink) throws MalformedOtlpException {
    int key = in.position;
    int keyLength = 0;
    int value = in.position;
    int valueLength = 0;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == KEY) {
        keyLength = in.length(end);
        key = in.position;
        in.position = key + keyLength;
      } else if (tag == VALUE) {
        valueLength = in.length(end);
        value = in.position;
        in.position = value + valueLength;
      } else {
        in.skip(tag, end);
      }
    }
    in.position = value;
    value(in, value + valueLength, key, keyLength, sink);
    in.position = end;
  }

  private static void value(WireReader in, int end, int key, int keyLength, AttributeSink sink)
      throws MalformedOtlpException {
    int start = in.position;
    byte[] buffer = in.buffer;
    if (start == end) {
      sink.any(buffer, key, keyLength, start, 0);
      return;
    }
    int tag = in.tag(end);
    switch (tag) {
      case STRING -> {
        int length = in.length(end);
        if (in.position + length == end) {
          sink.string(buffer, key, keyLength, in.position, length);
          return;
        }
      }
      case BOOL -> {
        long bool = in.varint(end);
        if (in.position == end) {
          sink.bool(buffer, key, keyLength, bool == 0 ? 0 : 1);
          return;
        }
      }
      case INT -> {
        long integer = in.varint(end);
        if (in.position == end) {
          sink.integer(buffer, key, keyLength, integer);
          return;
        }
      }
      case DOUBLE -> {
        long bits = in.fixed64(end);
        if (in.position == end) {
          sink.floating(buffer, key, keyLength, bits);
          return;
        }
      }
      default -> {
        // arrays, maps, bytes and unusual encodings are kept as they are
      }
    }
    in.position = start;
    checkAny(in, end, 0);
    sink.any(buffer, key, keyLength, start, end - start);
  }

  /**
   * Checks that the bytes up to {@code end} are one AnyValue message that every reader can parse.
   */
  static void checkAny(WireReader in, int end, int depth) throws MalformedOtlpException {
    if (depth > MAX_NESTING) {
      throw in.malformed("attribute value nested deeper than " + MAX_NESTING);
    }
    while (in.position < end) {
      int tag = in.tag(end);
      switch (tag) {
        case STRING -> {
          int length = in.length(end);
          checkUtf8(in, length);
          in.position += length;
        }
        case OPAQUE -> in.skipBytes(end);
        case ARRAY -> {
          int length = in.length(end);
          checkArray(in, in.position + length, depth);
        }
        case MAP -> {
          int length = in.length(end);
          checkMap(in, in.position + length, depth);
        }
        default -> in.skip(tag, end);
      }
    }
  }

  private static void checkArray(WireReader in, int end, int depth) throws MalformedOtlpException {
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == ELEMENT) {
        int length = in.length(end);
        checkAny(in, in.position + length, depth + 1);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private static void checkMap(WireReader in, int end, int depth) throws MalformedOtlpException {
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == ELEMENT) {
        int entry = in.length(end);
        checkEntry(in, in.position + entry, depth);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private static void checkEntry(WireReader in, int end, int depth) throws MalformedOtlpException {
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == KEY) {
        int length = in.length(end);
        checkUtf8(in, length);
        in.position += length;
      } else if (tag == VALUE) {
        int length = in.length(end);
        checkAny(in, in.position + length, depth + 1);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private static void checkUtf8(WireReader in, int length) throws MalformedOtlpException {
    int end = in.position + length;
    for (int i = in.position; i < end; i++) {
      if (in.buffer[i] < 0) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result =
            decoder.decode(
                ByteBuffer.wrap(in.buffer, in.position, length), CharBuffer.allocate(length), true);
        if (result.isError()) {
          throw in.malformed("string inside an attribute value is not UTF-8");
        }
        return;
      }
    }
  }
}
