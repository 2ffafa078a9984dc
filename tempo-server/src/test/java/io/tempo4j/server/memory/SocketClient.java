package io.tempo4j.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** HTTP/1.1 over a socket of its own: sends in parts, and reads as slowly as it likes. */
final class SocketClient implements AutoCloseable {

  private static final int SILENCE_MILLIS = 120_000;
  private static final int RECEIVE_BUFFER_BYTES = 16_384;

  private final Socket socket = new Socket();

  private SocketClient() {}

  static SocketClient connect(URI server) throws IOException {
    SocketClient client = new SocketClient();
    client.socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    client.socket.setSoTimeout(SILENCE_MILLIS);
    client.socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    return client;
  }

  /** Sends the line and the headers of a request; {@code headers} each with its line end. */
  void head(String method, String path, String headers) throws IOException {
    send(
        "%s %s HTTP/1.1\r\nHost: localhost\r\nX-Scope-OrgID: %s\r\n%s\r\n"
            .formatted(method, path, Payload.TENANT, headers)
            .getBytes(StandardCharsets.US_ASCII));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Reads the head of the answer. */
  Head answer() throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("cut after '" + head + "'");
      }
      head.append((char) next);
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 ");
    return new Head(
        Integer.parseInt(head.substring(9, 12)), head.toString().toLowerCase(Locale.ROOT));
  }

  /** Reads at most {@code bytes} of what follows; returns how many there were. */
  int read(int bytes) throws IOException {
    return socket.getInputStream().readNBytes(bytes).length;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Status and headers, in small letters. */
  record Head(int status, String headers) {}
}
