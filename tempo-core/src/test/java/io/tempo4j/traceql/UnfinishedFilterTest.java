package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnfinishedFilterTest {

  private static final String SIGNS = "{}()=~!<>&|\"`.,\\/*\u00e9";

  static Stream<Arguments> filters() {
    return Stream.of(
        // complete
        Arguments.of("{ .a = 1 }", ".a = 1"),
        Arguments.of("{ .a = 1 && span.b =~ \"x.*\" }", ".a = 1 && span.b =~ \"x.*\""),
        Arguments.of("{ (.a = 1 || .b = 2) && !(.c = 3) }", "(.a = 1 || .b = 2) && !(.c = 3)"),
        Arguments.of("{ }", "true"),
        Arguments.of("  { .a = 1", ".a = 1"),
        // half-typed conditions are dropped, complete ones kept
        Arguments.of("{ .a = 1 && .b = }", ".a = 1 && true"),
        Arguments.of("{ .a = 1 && .b }", ".a = 1 && true"),
        Arguments.of("{ .a = 1 && span. && .b = 2 }", ".a = 1 && true && .b = 2"),
        Arguments.of("{ .b = && .a = 1 }", "true && .a = 1"),
        Arguments.of("{ .a = 1 && }", ".a = 1 && true"),
        Arguments.of("{ && .a = 1 }", "true && .a = 1"),
        Arguments.of("{ .a = 1 && .b = \"half", ".a = 1 && true"),
        Arguments.of("{ .a = 'x' && .b = 2 }", "true && .b = 2"),
        Arguments.of("{ .a = 1 && .b = \ud800 && .c = 2 }", ".a = 1 && true && .c = 2"),
        Arguments.of("{ .a = 1 && .b =~ \"(\" }", ".a = 1 && true"),
        Arguments.of("{ name > 3 && .a = 1 }", "true && .a = 1"),
        Arguments.of("{ .a = 1 && unknown = 2 }", ".a = 1 && true"),
        Arguments.of("{ .a = 1 /* why && */ && // how ||\n .b }", ".a = 1 && true"),
        // an alternative that is not finished may become anything
        Arguments.of("{ .a = 1 || .b = }", ".a = 1 || true"),
        // && and || bind alike, from the left
        Arguments.of("{ .a = 1 || .b = && .c = 3 }", "(.a = 1 || true) && .c = 3"),
        // within parentheses, closed or not
        Arguments.of("{ (.a = 1 || .b = ) && .c = 3 }", "(.a = 1 || true) && .c = 3"),
        Arguments.of("{ .c = 3 && (.a = 1 && .b = }", ".c = 3 && .a = 1 && true"),
        Arguments.of("{ .c = 3 && (.a = 1 && (.b =", ".c = 3 && .a = 1 && true"),
        // what is not finished must not turn into its opposite
        Arguments.of("{ .a = 1 && !(.b = ) }", ".a = 1 && true"),
        Arguments.of("{ .a = 1 && !.b }", ".a = 1 && true"),
        // operators in strings and names are text
        Arguments.of(
            "{ .a = \"x && .b = }\" && .\"c || d\" = 1 && .e = }",
            ".a = \"x && .b = }\" && .\"c || d\" = 1 && true"),
        // stages and hints behind the filter
        Arguments.of("{ .a = 1 } | rate() by (.b", ".a = 1"),
        Arguments.of("{ .a = 1 } with (sample=", ".a = 1"),
        Arguments.of("{ .a = 1 } |", ".a = 1"));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void whatIsWrittenCounts(String text, String expected) {
    FieldExpression condition = TraceQl.parseUnfinishedFilter(text).orElseThrow();

    assertThat(TraceQl.print(condition)).isEqualTo(canonical(expected));
  }

  private static String canonical(String condition) {
    return TraceQl.print(
        ((SpansetExpression.Filter)
                ((Pipeline) TraceQl.parse("{" + condition + "}").statement()).stages().getFirst())
            .condition());
  }

  static Stream<String> others() {
    return Stream.of(
        "",
        ".a = 1",
        "rate()",
        "'",
        "({ .a = 1 })",
        "{ .a = 1 } && { .b = 2 }",
        "{ .a = 1 } >> { .b = ",
        "{ .a = 1 } || {",
        "{ .a = \"" + "x".repeat(TraceQl.MAX_QUERY_BYTES) + "\" }");
  }

  @ParameterizedTest
  @MethodSource("others")
  void othersSayNothing(String text) {
    assertThat(TraceQl.parseUnfinishedFilter(text)).isEmpty();
  }

  @Test
  void deepNestingCountsAsTrue() {
    String text = "{ .a = 1 && " + "(".repeat(10_000) + ".b = 2";

    assertThat(TraceQl.print(TraceQl.parseUnfinishedFilter(text).orElseThrow()))
        .isEqualTo(".a = 1 && true");
  }

  /** Whatever is cut off, replaced or put in between, there is an answer and no exception. */
  @Property(tries = 2000)
  void damagedQueriesAreRead(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text =
        new StringBuilder("{ span.a = 1 && (resource.\"b c\" =~ `x+` || !(.d > 5ms)) } | rate()");
    for (int i = random.nextInt(6); i >= 0; i--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(3)) {
        case 0 -> text.setLength(Math.max(1, at));
        case 1 -> text.deleteCharAt(Math.min(at, text.length() - 1)).append(' ');
        default -> text.insert(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
      }
    }

    TraceQl.parseUnfinishedFilter(text.toString())
        .ifPresent(condition -> assertThat(TraceQl.print(condition)).isNotEmpty());
  }
}
