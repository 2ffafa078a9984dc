package io.tempo4j.server.config;

/**
 * A value that must not be seen: it prints as stars, wherever it is printed.
 *
 * @param reveal the value itself; empty if none was configured
 */
public record Secret(String reveal) {

  /** No secret. */
  public static final Secret NONE = new Secret("");

  /** What is shown in place of a secret. */
  static final String MASK = "********";

  /** True if a value was configured. */
  public boolean isPresent() {
    return !reveal.isEmpty();
  }

  @Override
  public String toString() {
    return isPresent() ? MASK : "";
  }
}
