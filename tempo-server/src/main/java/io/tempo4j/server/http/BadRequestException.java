package io.tempo4j.server.http;

/** A request whose parameters cannot be used; its message is the body of the answer 400. */
public final class BadRequestException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Takes the message for the client. */
  public BadRequestException(String message) {
    super(message);
  }
}
