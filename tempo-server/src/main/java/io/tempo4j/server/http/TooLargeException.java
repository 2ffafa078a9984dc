package io.tempo4j.server.http;

/** An answer has more bytes than it may have. */
final class TooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TooLargeException(long maxBytes) {
    super("the answer is larger than " + maxBytes + " bytes");
  }
}
