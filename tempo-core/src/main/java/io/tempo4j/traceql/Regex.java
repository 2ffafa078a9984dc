package io.tempo4j.traceql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tempo4j.traceql.SimplePattern.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of a query: RE2 syntax, anchored at both ends, and the dot matches line ends
 * too.
 *
 * <p>Immutable; safe for use by many threads. Matching takes time in proportion to the length of
 * the text whatever the pattern: there is no backtracking, and patterns that need an automaton of
 * thousands of states are refused. Texts are UTF-8; bytes that are not count as U+FFFD.
 *
 * <p>Source: the syntax page of the RE2 project.
 */
public final class Regex {

  /*
   * Most patterns in queries are texts with `.*` around them or alternatives of texts. Comparing
   * bytes decides those tens of times faster than an automaton that decodes characters, so they
   * never reach the engine; see SimplePattern. Prometheus' regular expressions are matched in the
   * same manner.
   */

  private final String pattern;
  private final @Nullable List<String> literals;
  private final TextMatcher matcher;
  private final int states;

  private Regex(String pattern, @Nullable List<String> literals, TextMatcher matcher, int states) {
    this.pattern = pattern;
    this.literals = literals;
    this.matcher = matcher;
    this.states = states;
  }

  /**
   * Compiles {@code pattern}.
   *
   * @throws IllegalArgumentException if it is not RE2 syntax, or would need an automaton that is
   *     too large; the message says which
   */
  public static Regex compile(String pattern) {
    List<Sequence> alternatives = SimplePattern.parse(pattern);
    if (alternatives == null) {
      int states = RegexLimits.states(pattern);
      return new Regex(pattern, null, general(pattern), states);
    }
    if (alternatives.stream().allMatch(Sequence::isLiteral)) {
      List<String> literals = alternatives.stream().map(s -> s.texts().getFirst()).toList();
      return new Regex(pattern, literals, new LiteralSet(literals), 0);
    }
    return new Regex(pattern, null, simple(alternatives), 0);
  }

  private static TextMatcher simple(List<Sequence> alternatives) {
    List<Sequence> globs = alternatives.stream().filter(s -> !s.isLiteral()).toList();
    List<String> literals =
        alternatives.stream().filter(Sequence::isLiteral).map(s -> s.texts().getFirst()).toList();
    if (literals.isEmpty() && globs.size() == 1) {
      return new Glob(globs.getFirst());
    }
    TextMatcher[] matchers =
        Stream.concat(
                literals.isEmpty() ? Stream.empty() : Stream.of(new LiteralSet(literals)),
                globs.stream().map(Glob::new))
            .toArray(TextMatcher[]::new);
    return (utf8, offset, length) -> {
      for (TextMatcher matcher : matchers) {
        if (matcher.matches(utf8, offset, length)) {
          return true;
        }
      }
      return false;
    };
  }

  private static TextMatcher general(String pattern) {
    try {
      Pattern compiled = Pattern.compile(pattern, Pattern.DOTALL);
      return (utf8, offset, length) ->
          compiled.matches(new String(utf8, offset, length, StandardCharsets.UTF_8));
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "invalid regular expression: it is nested too deeply for the stack of the thread", e);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("invalid regular expression: " + e.getDescription(), e);
    }
  }

  /** About how many states the automaton has; 0 if the expression is matched without one. */
  int states() {
    return states;
  }

  /** The pattern as it was given. */
  public String pattern() {
    return pattern;
  }

  /** The texts that match, if they are a fixed list; in no order, perhaps with repetitions. */
  public Optional<List<String>> literals() {
    return Optional.ofNullable(literals);
  }

  /**
   * True if the whole text matches.
   *
   * @param utf8 holds the text; it is only read
   * @param offset where the text begins
   * @param length of the text in bytes
   */
  public boolean matches(byte[] utf8, int offset, int length) {
    return matcher.matches(utf8, offset, length);
  }

  @Override
  public String toString() {
    return pattern;
  }
}
