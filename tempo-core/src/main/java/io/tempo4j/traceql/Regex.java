package io.tempo4j.traceql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression of a query: RE2 syntax, anchored at both ends, the dot matches line ends
 * too.
 *
 * <p>Immutable; safe for use by many threads. Matching takes time linear in the text, whatever the
 * pattern.
 */
public final class Regex {

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles {@code pattern}.
   *
   * @throws IllegalArgumentException if it is not RE2 syntax; the message says where
   */
  public static Regex compile(String pattern) {
    try {
      return new Regex(Pattern.compile(pattern, Pattern.DOTALL));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "invalid regular expression: %s: %s".formatted(e.getDescription(), e.getPattern()), e);
    }
  }

  /** True if the whole of the {@code length} bytes of UTF-8 from {@code offset} on matches. */
  public boolean matches(byte[] utf8, int offset, int length) {
    return pattern.matches(
        new String(utf8, offset, length, java.nio.charset.StandardCharsets.UTF_8));
  }
}
