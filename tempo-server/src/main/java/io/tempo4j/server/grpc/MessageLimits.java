package io.tempo4j.server.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

/** How large the messages of an answer become. */
final class MessageLimits {

  /**
   * Where a message ends and the next one begins. Clients take up to 4 MiB if nobody told them
   * otherwise, and a whole message waits for its last byte.
   */
  static final int MAX_BYTES = 1 << 20;

  private MessageLimits() {}

  /** Bytes of a message as an element of another one, by a field with a number below 16. */
  static int sizeWithin(MessageLite element) {
    return 1 + CodedOutputStream.computeMessageSizeNoTag(element);
  }
}
