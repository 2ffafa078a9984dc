package io.tempo4j.server.config;

import java.net.InetSocketAddress;

/**
 * Where to listen or to connect to.
 *
 * @param host a name or a literal address without brackets; empty for all interfaces
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {

  /** Checks the port. */
  public HostPort {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be within 0 and 65535, got " + port);
    }
  }

  /**
   * Parses {@code host:port}, {@code [address]:port}, {@code :port}.
   *
   * @throws IllegalArgumentException if the text has another form; the message says what is wrong
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("expected host:port, got '" + text + "'");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.matches("[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%]*")) {
      throw new IllegalArgumentException(
          "an IPv6 address needs brackets, as in [::1]:4317, got '" + text + "'");
    } else if (!host.matches("[\\p{L}\\p{N}._-]*")) {
      throw new IllegalArgumentException(
          "expected host:port without a scheme or anything else, got '" + text + "'");
    }
    try {
      return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a port number after ':', got '" + text + "'", e);
    }
  }

  /** The address to bind; resolves the host name. */
  public InetSocketAddress toSocketAddress() {
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
