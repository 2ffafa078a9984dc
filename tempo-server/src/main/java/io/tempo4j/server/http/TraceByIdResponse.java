package io.tempo4j.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The protobuf answer of {@code /api/v2/traces/{id}}: field 1 the trace, field 3 the status (0
 * whole, 1 partial), field 4 a message.
 */
final class TraceByIdResponse {

  private static final int TRACE = 1;
  private static final int STATUS = 3;
  private static final int MESSAGE = 4;
  private static final int PARTIAL = 1;

  private TraceByIdResponse() {}

  /**
   * The message.
   *
   * @param incomplete why the trace is not whole; empty if it is
   */
  static Body of(byte[] tracesData, String incomplete) {
    return out -> {
      bytes(out, TRACE, tracesData);
      if (!incomplete.isEmpty()) {
        out.write(STATUS << 3);
        out.write(PARTIAL);
        bytes(out, MESSAGE, incomplete.getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  private static void bytes(OutputStream out, int field, byte[] value) throws IOException {
    out.write(field << 3 | 2);
    int rest = value.length;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write(rest | 0x80);
    }
    out.write(rest);
    out.write(value);
  }
}
