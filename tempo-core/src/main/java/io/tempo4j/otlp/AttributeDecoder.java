package io.tempo4j.otlp;

import io.tempo4j.collect.Utf8;

/**
 * Decodes KeyValue messages.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto, messages KeyValue and AnyValue. A field
 * that is repeated counts by its last occurrence, and so does a key of a map; of several members of
 * an AnyValue the last one counts. What comes otherwise is written anew before it is handed on, so
 * that whoever reads it sees the same.
 */
public final class AttributeDecoder {

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

  /**
   * Decodes the KeyValue message in {@code bytes[from .. to)} and hands it to {@code sink}.
   *
   * @throws MalformedOtlpException if the bytes are no KeyValue
   */
  public static void decode(byte[] bytes, int from, int to, AttributeSink sink)
      throws MalformedOtlpException {
    decode(new WireReader(bytes, from), to, sink);
  }

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
    if (checkAny(in, end, 0)) {
      sink.any(buffer, key, keyLength, start, end - start);
    } else {
      in.position = start;
      in.position = AnyValueRewriter.lastMember(in, end);
      lastMember(in, end, key, keyLength, sink);
    }
  }

  /** Hands on the member of an AnyValue at the position, whatever else there is. */
  private static void lastMember(WireReader in, int end, int key, int keyLength, AttributeSink sink)
      throws MalformedOtlpException {
    int start = in.position;
    switch (in.tag(end)) {
      case STRING -> {
        int length = in.length(end);
        sink.string(in.buffer, key, keyLength, in.position, length);
      }
      case BOOL -> sink.bool(in.buffer, key, keyLength, in.varint(end) == 0 ? 0 : 1);
      case INT -> sink.integer(in.buffer, key, keyLength, in.varint(end));
      case DOUBLE -> sink.floating(in.buffer, key, keyLength, in.fixed64(end));
      default -> {
        in.position = start;
        byte[] any = AnyValueRewriter.member(in, end);
        WireWriter out = new WireWriter(keyLength + any.length);
        out.raw(in.buffer, key, keyLength);
        out.raw(any, 0, any.length);
        sink.any(out.toByteArray(), 0, keyLength, keyLength, any.length);
      }
    }
  }

  static boolean isMember(int tag) {
    return switch (tag) {
      case STRING, BOOL, INT, DOUBLE, ARRAY, MAP, OPAQUE -> true;
      default -> false;
    };
  }

  /**
   * Checks that the bytes up to {@code end} are one AnyValue message that every reader can parse.
   *
   * @return whether all readers see the same in it: one member at most, no key twice, and UTF-8
   */
  static boolean checkAny(WireReader in, int end, int depth) throws MalformedOtlpException {
    if (depth > MAX_NESTING) {
      throw in.malformed("attribute value nested deeper than " + MAX_NESTING);
    }
    int members = 0;
    boolean isPlain = true;
    while (in.position < end) {
      int tag = in.tag(end);
      members += isMember(tag) ? 1 : 0;
      switch (tag) {
        case STRING -> {
          int length = in.length(end);
          isPlain &= Utf8.isValid(in.buffer, in.position, length);
          in.position += length;
        }
        case OPAQUE -> in.skipBytes(end);
        case ARRAY -> {
          int length = in.length(end);
          isPlain &= checkArray(in, in.position + length, depth);
        }
        case MAP -> {
          int length = in.length(end);
          isPlain &= checkMap(in, in.position + length, depth);
        }
        default -> in.skip(tag, end);
      }
    }
    return isPlain && members <= 1;
  }

  private static boolean checkArray(WireReader in, int end, int depth)
      throws MalformedOtlpException {
    boolean isPlain = true;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == ELEMENT) {
        int length = in.length(end);
        isPlain &= checkAny(in, in.position + length, depth + 1);
      } else {
        in.skip(tag, end);
      }
    }
    return isPlain;
  }

  private static boolean checkMap(WireReader in, int end, int depth) throws MalformedOtlpException {
    int start = in.position;
    int entries = 0;
    boolean isPlain = true;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == ELEMENT) {
        int entry = in.length(end);
        isPlain &= checkEntry(in, in.position + entry, depth);
        entries++;
      } else {
        in.skip(tag, end);
      }
    }
    if (entries > 1 && isPlain) {
      in.position = start;
      isPlain = AnyValueRewriter.lastEntries(in, end).length == entries;
    }
    in.position = end;
    return isPlain;
  }

  private static boolean checkEntry(WireReader in, int end, int depth)
      throws MalformedOtlpException {
    int keys = 0;
    int values = 0;
    boolean isPlain = true;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == KEY) {
        int length = in.length(end);
        isPlain &= Utf8.isValid(in.buffer, in.position, length);
        in.position += length;
        keys++;
      } else if (tag == VALUE) {
        int length = in.length(end);
        isPlain &= checkAny(in, in.position + length, depth + 1);
        values++;
      } else {
        in.skip(tag, end);
      }
    }
    return isPlain && keys <= 1 && values <= 1;
  }
}
