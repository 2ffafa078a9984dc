package io.tempo4j.receivers.transport;

import io.tempo4j.receivers.ByteSlice;

/**
 * Counts the spans of an OTLP message that was refused, without decoding them: {@code
 * resource_spans = 1}, {@code scope_spans = 2}, {@code spans = 2}. Counting ends quietly where the
 * message is damaged.
 */
final class SpanCount {

  private static final int[] PATH = {1, 2, 2};

  private final byte[] bytes;
  private int position;
  private int count;

  private SpanCount(ByteSlice message) {
    bytes = message.array();
    position = message.offset();
  }

  static int of(ByteSlice message) {
    SpanCount counter = new SpanCount(message);
    counter.walk(0, message.offset() + message.length());
    return counter.count;
  }

  /** Walks the fields of a message that ends there; false if it is damaged. */
  private boolean walk(int depth, int end) {
    while (position < end) {
      long tag = varint(end);
      boolean sound =
          switch ((int) tag & 7) {
            case 0 -> varint(end) >= 0 || position <= end;
            case 1 -> skip(8, end);
            case 2 -> delimited(depth, tag >>> 3, end);
            case 5 -> skip(4, end);
            default -> false;
          };
      if (tag < 0 || !sound) {
        return false;
      }
    }
    return position == end;
  }

  private boolean delimited(int depth, long field, int end) {
    long length = varint(end);
    if (length < 0 || length > end - position) {
      return false;
    }
    if (field != PATH[depth]) {
      return skip(length, end);
    }
    if (depth == PATH.length - 1) {
      count++;
      return skip(length, end);
    }
    return walk(depth + 1, position + (int) length);
  }

  private boolean skip(long length, int end) {
    if (length > end - position) {
      return false;
    }
    position += (int) length;
    return true;
  }

  private long varint(int end) {
    long value = 0;
    for (int shift = 0; shift < 64 && position < end; shift += 7) {
      byte b = bytes[position++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    position = end + 1;
    return -1;
  }
}
