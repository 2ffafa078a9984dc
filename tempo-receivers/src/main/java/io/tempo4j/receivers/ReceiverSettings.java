package io.tempo4j.receivers;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Where a receiver listens and what it takes at most.
 *
 * @param bindAddress address and port; the wildcard address for every interface, port 0 for any
 *     free port
 * @param maxRequestBytes the largest body, as sent and after decompression, each for itself; in
 *     bytes, from 1 to 1 GiB
 * @param requestTimeout from the request's headers to the last byte of the answer; positive
 * @param minBytesPerSecond how fast a body must come at least, on average of five seconds; 0 for no
 *     bound
 */
public record ReceiverSettings(
    InetSocketAddress bindAddress,
    int maxRequestBytes,
    Duration requestTimeout,
    int minBytesPerSecond) {

  /** The port that OTLP over gRPC has by default. */
  public static final int OTLP_GRPC_PORT = 4317;

  /** The port that OTLP over HTTP has by default. */
  public static final int OTLP_HTTP_PORT = 4318;

  /** 16 MiB. */
  public static final int DEFAULT_MAX_REQUEST_BYTES = 16 << 20;

  private static final int LARGEST_REQUEST_BYTES = 1 << 30;

  /** Half a minute. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /** 1 KiB. */
  public static final int DEFAULT_MIN_BYTES_PER_SECOND = 1 << 10;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of its range or the address is unresolved
   */
  public ReceiverSettings {
    if (bindAddress.isUnresolved()) {
      throw new IllegalArgumentException("cannot resolve the bind address " + bindAddress);
    }
    if (maxRequestBytes < 1 || maxRequestBytes > LARGEST_REQUEST_BYTES) {
      throw new IllegalArgumentException(
          "maxRequestBytes must be from 1 to " + LARGEST_REQUEST_BYTES + ": " + maxRequestBytes);
    }
    if (requestTimeout.isNegative() || requestTimeout.isZero()) {
      throw new IllegalArgumentException("requestTimeout must be positive: " + requestTimeout);
    }
    if (minBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "minBytesPerSecond must not be negative: " + minBytesPerSecond);
    }
  }

  /** Listens there, with the default bounds. */
  public static ReceiverSettings at(InetSocketAddress bindAddress) {
    return new ReceiverSettings(
        bindAddress,
        DEFAULT_MAX_REQUEST_BYTES,
        DEFAULT_REQUEST_TIMEOUT,
        DEFAULT_MIN_BYTES_PER_SECOND);
  }

  /** Listens on that port of every interface, with the default bounds. */
  public static ReceiverSettings onPort(int port) {
    return at(new InetSocketAddress(port));
  }

  /** The same with another bound on the size of a request. */
  public ReceiverSettings withMaxRequestBytes(int bytes) {
    return new ReceiverSettings(bindAddress, bytes, requestTimeout, minBytesPerSecond);
  }

  /** The same with another bound on the duration of a request. */
  public ReceiverSettings withRequestTimeout(Duration timeout) {
    return new ReceiverSettings(bindAddress, maxRequestBytes, timeout, minBytesPerSecond);
  }

  /** The same with another bound on how slowly a body may come. */
  public ReceiverSettings withMinBytesPerSecond(int bytes) {
    return new ReceiverSettings(bindAddress, maxRequestBytes, requestTimeout, bytes);
  }
}
