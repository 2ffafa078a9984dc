package io.tempo4j.server.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

/** How many bytes messages take. */
final class MessageSizes {

  private MessageSizes() {}

  /** Bytes of a message as an element of another one, by a field with a number below 16. */
  static int within(MessageLite element) {
    return 1 + CodedOutputStream.computeMessageSizeNoTag(element);
  }
}
