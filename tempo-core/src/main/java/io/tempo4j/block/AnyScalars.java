package io.tempo4j.block;

import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;

/**
 * The texts and integers in an encoded AnyValue, without decoding it: of a value itself, or of the
 * elements of an array at any depth. Values in maps do not count. Of several members the last one
 * is the value, as for {@link AnyValueReader}.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto.
 */
final class AnyScalars {

  /** Takes what is found, in order. */
  interface Sink {

    void text(byte[] bytes, int offset, int length);

    void integer(long value);
  }

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;

  // members of AnyValue
  private static final int TEXT = 1;
  private static final int BOOL = 2;
  private static final int INT = 3;
  private static final int DOUBLE = 4;
  private static final int ARRAY = 5;
  private static final int MAP = 6;
  private static final int OPAQUE = 7;

  private static final int ELEMENT = 1;

  private AnyScalars() {}

  /** Those of the value {@code bytes[from .. to)}. */
  static void of(byte[] bytes, int from, int to, Sink sink) throws MalformedOtlpException {
    visit(bytes, from, to, 0, sink);
  }

  /** Those of the value {@code bytes[from .. to)} if it is an array. */
  static void ofArray(byte[] bytes, int from, int to, Sink sink) throws MalformedOtlpException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    int member = 0;
    int start = 0;
    int end = 0;
    while (cursor.next()) {
      if (isMember(cursor.field(), cursor.wireType())) {
        member = cursor.field();
        start = cursor.from();
        end = cursor.to();
      }
    }
    if (member == ARRAY) {
      elements(bytes, start, end, 1, sink);
    }
  }

  private static void visit(byte[] bytes, int from, int to, int depth, Sink sink)
      throws MalformedOtlpException {
    if (depth > AnyValueReader.MAX_DEPTH) {
      throw new MalformedOtlpException("values nest deeper than " + AnyValueReader.MAX_DEPTH, from);
    }
    WireCursor cursor = new WireCursor(bytes, from, to);
    int member = 0;
    int start = 0;
    int end = 0;
    long number = 0;
    while (cursor.next()) {
      if (isMember(cursor.field(), cursor.wireType())) {
        member = cursor.field();
        start = cursor.from();
        end = cursor.to();
        number = cursor.number();
      }
    }
    if (member == TEXT) {
      sink.text(bytes, start, end - start);
    } else if (member == INT) {
      sink.integer(number);
    } else if (member == ARRAY) {
      elements(bytes, start, end, depth + 1, sink);
    }
  }

  private static void elements(byte[] bytes, int from, int to, int depth, Sink sink)
      throws MalformedOtlpException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.isBytes(ELEMENT)) {
        visit(bytes, cursor.from(), cursor.to(), depth, sink);
      }
    }
  }

  private static boolean isMember(int field, int wireType) {
    return switch (field) {
      case TEXT, ARRAY, MAP, OPAQUE -> wireType == BYTES;
      case BOOL, INT -> wireType == VARINT;
      case DOUBLE -> wireType == FIXED64;
      default -> false;
    };
  }
}
