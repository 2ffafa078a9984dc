package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/** What must hold for every text, be it a query or not. */
final class ParserCheck {

  private ParserCheck() {}

  /** The text is a query whose canonical text means the same, or an error inside the text. */
  static void parse(String text) {
    TraceQlQuery query;
    try {
      query = TraceQl.parse(text);
    } catch (TraceQlException e) {
      String[] lines = text.split("\n", -1);
      assertThat(e.line()).isBetween(1, lines.length);
      // One behind the last character is where something is missing.
      assertThat(e.column()).isBetween(1, lines[e.line() - 1].length() + 1);
      assertThat(e).hasMessageContaining("line %d, col %d", e.line(), e.column());
      assertThat(e.getMessage()).hasSizeLessThan(500);
      return;
    }
    String canonical = query.toString();
    if (canonical.getBytes(StandardCharsets.UTF_8).length > TraceQl.MAX_QUERY_BYTES) {
      return;
    }
    assertThat(TraceQl.parse(canonical)).isEqualTo(query);
    assertThat(TraceQl.parse(canonical)).hasToString(canonical);
  }

  /** What is said so far is a condition of its own, or there is none. */
  static void unfinished(String text) {
    TraceQl.parseUnfinishedFilter(text)
        .map(TraceQl::print)
        .ifPresent(condition -> parse("{ " + condition + " }"));
  }

  /** The text is a regular expression that can be matched, or it is refused. */
  static void compile(String pattern) {
    Regex regex;
    try {
      regex = Regex.compile(pattern);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("invalid regular expression: ");
      return;
    }
    byte[] text = pattern.getBytes(StandardCharsets.UTF_8);
    boolean matches = regex.matches(text, 0, text.length);
    regex
        .literals()
        .ifPresent(literals -> assertThat(literals.contains(pattern)).isEqualTo(matches));
  }
}
