package io.tempo4j.receivers.transport;

import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;
import io.tempo4j.receivers.ByteSlice;

/**
 * Counts the spans of an OTLP message that was refused, without decoding them: {@code
 * resource_spans = 1}, {@code scope_spans = 2}, {@code spans = 2}. Counting ends quietly where the
 * message is damaged.
 */
final class SpanCount {

  private static final int[] PATH = {1, 2, 2};

  private final byte[] bytes;
  private int count;

  private SpanCount(byte[] bytes) {
    this.bytes = bytes;
  }

  static int of(ByteSlice message) {
    SpanCount counter = new SpanCount(message.array());
    try {
      counter.walk(0, message.offset(), message.offset() + message.length());
    } catch (MalformedOtlpException damaged) {
      return counter.count;
    }
    return counter.count;
  }

  private void walk(int depth, int from, int to) throws MalformedOtlpException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (!cursor.isBytes(PATH[depth])) {
        continue;
      }
      if (depth == PATH.length - 1) {
        count++;
      } else {
        walk(depth + 1, cursor.from(), cursor.to());
      }
    }
  }
}
