package io.tempo4j.server.http;

import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Writes one protobuf message as the bytes of its parts, one after the other: what is repeated adds
 * up, everything else is in one of them. So a large message is never built whole.
 */
final class ProtobufBody {

  private ProtobufBody() {}

  /**
   * The bytes of the message.
   *
   * @throws TooLargeException if there are more than {@code maxBytes} of them
   */
  static byte[] write(Stream<? extends MessageLite> parts, long maxBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4 << 10);
    try {
      for (Iterator<? extends MessageLite> i = parts.iterator(); i.hasNext(); ) {
        MessageLite part = i.next();
        if (out.size() + (long) part.getSerializedSize() > maxBytes) {
          throw new TooLargeException(maxBytes);
        }
        part.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return out.toByteArray();
  }
}
