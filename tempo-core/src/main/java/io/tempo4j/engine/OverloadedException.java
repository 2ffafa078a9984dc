package io.tempo4j.engine;

import java.io.IOException;
import java.time.Duration;

/** The store holds as much unflushed data as it may; the request should be repeated later. */
public final class OverloadedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /**
   * Says what is full.
   *
   * @param message which bound was met
   * @param retryAfter a sensible wait before the next attempt
   */
  public OverloadedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** A sensible wait before the next attempt. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
