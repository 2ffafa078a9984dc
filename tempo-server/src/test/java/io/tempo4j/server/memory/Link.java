package io.tempo4j.server.memory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a port of this machine that can be cut: connections then break, and new ones too. */
final class Link implements AutoCloseable {

  private final ServerSocket listening;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private Link(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  static Link to(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Link link = new Link(socket, port);
    Thread.ofVirtual().start(link::accept);
    return link;
  }

  int port() {
    return listening.getLocalPort();
  }

  void cut() throws IOException {
    cut = true;
    for (Socket socket : open) {
      socket.close();
    }
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket near = listening.accept();
        open.add(near);
        if (cut) {
          close(near);
        } else {
          Thread.ofVirtual().start(() -> join(near));
        }
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void join(Socket near) {
    try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(far);
      Thread back = Thread.ofVirtual().start(() -> copy(far, near));
      copy(near, far);
      back.join();
      open.remove(far);
    } catch (IOException | InterruptedException e) {
      // the client sees its connection end
    } finally {
      close(near);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // the other direction ends with this one
    }
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone all the same
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
