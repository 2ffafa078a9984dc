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

/**
 * A TCP relay in front of an HTTP service that loses what it is told to lose: connections break
 * after the service has answered, before its answer reaches the client.
 */
final class LossyTcpProxy implements AutoCloseable {

  /** What to lose of the answers to matching requests. */
  private record Fault(Predicate<String> requestLine, int passedBytes, AtomicInteger times) {}

  private final int servicePort;
  private final ServerSocket listener;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Fault> fault =
      new AtomicReference<>(new Fault(line -> false, 0, new AtomicInteger()));
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
    fault.set(new Fault(requestLine, passedBytes, new AtomicInteger(times)));
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
      executor.submit(() -> relay(service, client, chunk -> passedBytes(chunk, request.get())));
    }
  }

  /** Says how many bytes of a chunk to pass on; fewer than it has breaks the connection. */
  private interface Gate {
    int passedBytes(byte[] chunk);
  }

  private int noteRequest(byte[] chunk, AtomicReference<String> request) {
    String head = new String(chunk, 0, Math.min(chunk.length, 400), StandardCharsets.ISO_8859_1);
    if (head.matches("(?s)(GET|PUT|POST|HEAD|DELETE) /.* HTTP/1\\.1\r\n.*")) {
      request.set(head.substring(0, head.indexOf('\r')));
      requestCount.incrementAndGet();
    }
    return chunk.length;
  }

  private int passedBytes(byte[] chunk, String request) {
    Fault current = fault.get();
    String head = new String(chunk, 0, Math.min(chunk.length, 20), StandardCharsets.ISO_8859_1);
    boolean answer = head.startsWith("HTTP/1.1 ") && !head.startsWith("HTTP/1.1 100");
    if (answer && current.requestLine().test(request) && current.times().getAndDecrement() > 0) {
      return Math.min(chunk.length - 1, current.passedBytes());
    }
    return chunk.length;
  }

  private void relay(Socket from, Socket to, Gate gate) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      int got;
      while ((got = in.read(buffer)) >= 0) {
        byte[] chunk = Arrays.copyOf(buffer, got);
        int passed = gate.passedBytes(chunk);
        out.write(chunk, 0, passed);
        out.flush();
        if (passed < got) {
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
