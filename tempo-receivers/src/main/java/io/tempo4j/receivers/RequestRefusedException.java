package io.tempo4j.receivers;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request is not taken. The message is for the client's developer. Carries no stack trace: what a
 * client sends must not cost the server one.
 */
public final class RequestRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private static final Duration SOON = Duration.ofSeconds(1);

  private final RequestOutcome outcome;
  private final @Nullable Duration retryAfter;

  /**
   * Refuses; with a hint to come again in a second if the server is to blame for a while.
   *
   * @param outcome the kind of refusal; neither accepted nor partial
   * @param message what is wrong, naming what and where
   */
  public RequestRefusedException(RequestOutcome outcome, String message) {
    this(outcome, message, outcome == RequestOutcome.UNAVAILABLE ? SOON : null);
  }

  /**
   * Refuses with a hint when to come again.
   *
   * @param outcome the kind of refusal; neither accepted nor partial
   * @param message what is wrong, naming what and where
   * @param retryAfter when to come again, or null for no hint
   */
  public RequestRefusedException(
      RequestOutcome outcome, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    if (outcome == RequestOutcome.ACCEPTED || outcome == RequestOutcome.PARTIAL) {
      throw new IllegalArgumentException(outcome + " is no refusal");
    }
    this.outcome = outcome;
    this.retryAfter = retryAfter;
  }

  /** The request cannot be understood. */
  public static RequestRefusedException invalid(String message) {
    return new RequestRefusedException(RequestOutcome.INVALID, message);
  }

  /** The kind of refusal. */
  public RequestOutcome outcome() {
    return outcome;
  }

  /** When to come again, or null if there is no hint. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** What is wrong. */
  public String reason() {
    String message = getMessage();
    return message == null ? outcome.name() : message;
  }
}
