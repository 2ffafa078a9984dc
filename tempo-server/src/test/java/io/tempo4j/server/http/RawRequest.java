package io.tempo4j.server.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** HTTP/1.1 over a socket of its own, so that what no client would send can be sent. */
final class RawRequest {

  /** What came back; texts are the bytes in ISO 8859-1, chunks are put together. */
  record Answer(int status, String head, String body) {}

  private RawRequest() {}

  /**
   * Sends a request, its target as it is, and reads the answer to its end.
   *
   * @param headers further lines, each with its line end
   * @throws IOException if there is no whole answer within {@code patience} of silence
   */
  static Answer send(int port, String method, String target, String headers, Duration patience)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) patience.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(
          "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
              .formatted(method, target, headers)
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      return read(new BufferedInputStream(socket.getInputStream()), method.equals("HEAD"));
    }
  }

  private static Answer read(InputStream in, boolean isHead) throws IOException {
    StringBuilder head = new StringBuilder();
    long length = 0;
    boolean isChunked = false;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      head.append(line).append('\n');
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      }
      isChunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    if (!head.toString().startsWith("HTTP/1.1 ")) {
      throw new IOException("no HTTP answer: '" + head + "'");
    }
    int status = Integer.parseInt(head.substring(9, 12));
    String body = "";
    if (!isHead && status != 204 && status != 304) {
      body = isChunked ? chunks(in) : text(exactly(in, length));
    }
    return new Answer(status, head.toString(), body);
  }

  private static String chunks(InputStream in) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(in).strip(), 16);
      body.append(text(exactly(in, size)));
      line(in);
      if (size == 0) {
        return body.toString();
      }
    }
  }

  private static byte[] exactly(InputStream in, long length) throws IOException {
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException(
          "the answer ends after %d of %d bytes".formatted(bytes.length, length));
    }
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A line without its end. */
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the answer ends in its head, after '" + line + "'");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
