package io.tempo4j.server.http;

import com.google.protobuf.MessageLite;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One protobuf message as the bytes of its parts, one after the other: what is repeated adds up,
 * everything else is in one of them. So a large message is never built whole.
 */
final class ProtobufBody {

  private ProtobufBody() {}

  /**
   * The message.
   *
   * @param parts gives the same parts whenever it is asked
   */
  static Body of(Supplier<? extends Stream<? extends MessageLite>> parts) {
    return out -> {
      for (Iterator<? extends MessageLite> i = parts.get().iterator(); i.hasNext(); ) {
        i.next().writeTo(out);
      }
    };
  }
}
