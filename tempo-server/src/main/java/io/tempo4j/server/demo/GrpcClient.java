package io.tempo4j.server.demo;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Calls methods of gRPC services that take one message, without more of gRPC than the frame around
 * it. Not thread-safe.
 */
final class GrpcClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int FRAME_HEADER_BYTES = 5;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).connectTimeout(TIMEOUT).build();
  private final URI base;

  /** Does not connect yet. */
  GrpcClient(URI base) {
    this.base = base;
  }

  /**
   * Calls a method and waits for its end.
   *
   * @param method service and method, such as {@code tempopb.StreamingQuerier/Search}
   * @return the messages of the answer, one at least, each in its frame
   * @throws IOException if no message came
   */
  byte[] call(String method, MessageLite request) throws IOException, InterruptedException {
    byte[] message = request.toByteArray();
    byte[] frame =
        ByteBuffer.allocate(FRAME_HEADER_BYTES + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(base.resolve("/" + method))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/grpc")
                .header("TE", "trailers")
                .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    // The status of a call stands in trailers, which this client does not show; a call that fails
    // here does so before its first message.
    if (answer.statusCode() != 200 || answer.body().length < FRAME_HEADER_BYTES) {
      throw new IOException(method + " was answered " + answer.statusCode() + " without a message");
    }
    return answer.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
