package io.tempo4j.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A TCP relay in front of an HTTP service that loses what it is told to lose: connections break
 * after the service has answered, before its answer reaches the client, or another answer does.
 */
final class LossyTcpProxy implements AutoCloseable {

  /** What becomes of the answers to matching requests. */
  private record Fault(
      Predicate<String> requestLine, UnaryOperator<byte[]> answer, AtomicInteger times) {}

  private final int servicePort;
  private final ServerSocket listener;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Fault> fault =
      new AtomicReference<>(new Fault(line -> false, answer -> answer, new AtomicInteger()));
  private final AtomicInteger requestCount = new AtomicInteger();

  LossyTcpProxy(int servicePort) throws IOException {
    this.servicePort = servicePort;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    executor.submit(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Breaks connections after so many bytes of the next answers to matching requests. */
  void loseAnswers(Predicate<String> requestLine, int passedBytes, int times) {
    UnaryOperator<byte[]> some =
        answer -> Arrays.copyOf(answer, Math.min(answer.length - 1, passedBytes));
    fault.set(new Fault(requestLine, some, new AtomicInteger(times)));
  }

  /** Answers the next matching requests with an error of S3. */
  void refuse(Predicate<String> requestLine, int status, String code, int times) {
    String body = "<Error><Code>" + code + "</Code><Message>not now</Message></Error>";
    String error =
        """
        HTTP/1.1 %d Refused\r
        Content-Type: application/xml\r
        Content-Length: %d\r
        Connection: close\r
        \r
        %s\
        """
            .formatted(status, body.length(), body);
    UnaryOperator<byte[]> other = answer -> error.getBytes(StandardCharsets.ISO_8859_1);
    fault.set(new Fault(requestLine, other, new AtomicInteger(times)));
  }

  int requestCount() {
    return requestCount.get();
  }

  private Void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket service = new Socket(InetAddress.getLoopbackAddress(), servicePort);
      sockets.add(client);
      sockets.add(service);
      AtomicReference<String> request = new AtomicReference<>("");
      executor.submit(() -> relay(client, service, chunk -> noteRequest(chunk, request)));
      executor.submit(() -> relay(service, client, chunk -> passed(chunk, request.get())));
    }
  }

  private byte[] noteRequest(byte[] chunk, AtomicReference<String> request) {
    String head = new String(chunk, 0, Math.min(chunk.length, 400), StandardCharsets.ISO_8859_1);
    if (head.matches("(?s)(GET|PUT|POST|HEAD|DELETE) /.* HTTP/1\\.1\r\n.*")) {
      request.set(head.substring(0, head.indexOf('\r')));
      requestCount.incrementAndGet();
    }
    return chunk;
  }

  private byte[] passed(byte[] chunk, String request) {
    Fault current = fault.get();
    String head = new String(chunk, 0, Math.min(chunk.length, 20), StandardCharsets.ISO_8859_1);
    boolean answer = head.startsWith("HTTP/1.1 ") && !head.startsWith("HTTP/1.1 100");
    if (answer && current.requestLine().test(request) && current.times().getAndDecrement() > 0) {
      return current.answer().apply(chunk);
    }
    return chunk;
  }

  /** Passes chunks on; one that the gate changes is the last. */
  private void relay(Socket from, Socket to, UnaryOperator<byte[]> gate) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      int got;
      while ((got = in.read(buffer)) >= 0) {
        byte[] chunk = Arrays.copyOf(buffer, got);
        byte[] passed = gate.apply(chunk);
        out.write(passed);
        out.flush();
        if (passed != chunk) {
          return;
        }
      }
    } catch (IOException e) {
      // The other side has ended.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    executor.close();
  }
}
