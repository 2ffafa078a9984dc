package io.tempo4j.server.config;

import java.util.List;

/**
 * The configuration cannot be used.
 *
 * <p>The message has one line per problem; a problem that stands in a file begins with {@code
 * file:line:column}. All problems that were found are named, not only the first.
 */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Takes the problems, one line each. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /** Takes one problem. */
  public ConfigException(String problem) {
    this(List.of(problem));
  }
}
