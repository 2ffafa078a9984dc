package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More connections than a port may have do no harm to those that are there. */
@Timeout(120)
class ConnectionLimitTest {

  private static final int LIMIT = 3;

  @TempDir private Path folder;

  private TempoServer server(String keys) throws Exception {
    return TempoServer.start(ServerEndToEndTest.config(folder, keys));
  }

  private static Socket connect(URI url) throws IOException {
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** Asks for something small over a connection that stays; false if it was closed. */
  private static boolean isServed(Socket socket) throws IOException {
    try {
      socket
          .getOutputStream()
          .write("OPTIONS /nothing HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return false;
        }
        head.append((char) next);
      }
      String length =
          head.toString().toLowerCase().replaceAll("(?s).*content-length: (\\d+).*", "$1");
      in.skipNBytes(Integer.parseInt(length));
      return true;
    } catch (SocketException e) {
      return false; // reset
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAndThoseWithinLiveOn() throws Exception {
    try (TempoServer server = server("http_listen_conn_limit: " + LIMIT)) {
      for (URI port :
          List.of(
              server.httpUrl(),
              server.otlpHttpUrl().orElseThrow(),
              server.otlpGrpcUrl().orElseThrow())) {
        List<Socket> within = new ArrayList<>();
        try {
          for (int i = 0; i < LIMIT; i++) {
            within.add(connect(port));
            assertThat(isServed(within.getLast())).as("connection %d to %s", i, port).isTrue();
          }
          for (int i = 0; i < 2; i++) {
            try (Socket beyond = connect(port)) {
              assertThat(isServed(beyond)).as("one too many to %s", port).isFalse();
            }
          }
          for (Socket one : within) {
            assertThat(isServed(one)).as("one of those within to %s", port).isTrue();
          }
          within.removeFirst().close();
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> {
                try (Socket next = connect(port)) {
                  return isServed(next);
                }
              });
        } finally {
          for (Socket one : within) {
            one.close();
          }
        }
      }
    }
  }

  @Test
  void bodiesThatComeMoreSlowlyThanTheKeySaysAreRefused() throws Exception {
    try (TempoServer server = server("http_server_min_body_bytes_per_second: 1MiB");
        Socket slow = connect(server.otlpHttpUrl().orElseThrow())) {
      slow.getOutputStream()
          .write(
              "POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      slow.getOutputStream().write(new byte[500]);
      String answer = new String(slow.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      assertThat(answer).isEqualTo("HTTP/1.1 503");
    }
  }
}
