package io.tempo4j.server.api;

/** A request that cannot be used as it is; its message tells the client why. */
public final class BadRequestException extends Exception {

  private static final long serialVersionUID = 1L;

  private static final int MAX_REPEATED = 40;

  /** Takes the message for the client. */
  public BadRequestException(String message) {
    super(message);
  }

  /**
   * A parameter is not what it must be.
   *
   * @param text what it is; only its beginning is repeated
   */
  public static BadRequestException invalid(String name, String expected, String text) {
    String got = text.length() <= MAX_REPEATED ? text : text.substring(0, MAX_REPEATED) + "…";
    return new BadRequestException(
        "invalid " + name + ": expected " + expected + ", got '" + got + "'");
  }
}
