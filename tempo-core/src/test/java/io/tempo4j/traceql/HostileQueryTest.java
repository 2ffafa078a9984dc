package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries written to hurt: each is answered or refused soon. */
final class HostileQueryTest {

  /** Far more than any of these queries needs, lest a busy machine fail the test. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What threads have by default. */
  private static final long STACK_BYTES = 1024 * 1024;

  private record Longest(String head, String piece, String tail) {
    /** As many pieces as the longest query has room for. */
    String query() {
      int room = TraceQl.MAX_QUERY_BYTES - head.length() - tail.length();
      return head + piece.repeat(room / piece.length()) + tail;
    }

    @Override
    public String toString() {
      return head + " " + piece + " … " + tail;
    }
  }

  static Stream<Longest> longestQueries() {
    return Stream.of(
        new Longest("{ .a = 1", " || .a = 1", " }"),
        new Longest("{ .a = 1", " || -.a + 1 * 2 ^ 3 % 4 = 5", " }"),
        new Longest("{ .a", " && (.b || .c = 1)", " }"),
        new Longest("{ .a", " + 1", " = 1 }"),
        new Longest("{ .a", " = .b", " }"),
        new Longest("{ ", "(", ""),
        new Longest("{ ", "!", ""),
        new Longest("{ ", "- ", ""),
        new Longest("", "{", ""),
        new Longest("", "(", ""),
        new Longest("", "}", ""),
        new Longest("{ }", " > { }", ""),
        new Longest("{ }", " | { }", ""),
        new Longest("{ }", " | by(.a)", ""),
        new Longest("{ } | select(.a", ", .a", ")"),
        new Longest("{ } | count()", " + count()", " > 1"),
        new Longest("{ } | rate()", " > 1", ""),
        new Longest("{ } | rate() by (.a", ", .a", ")"),
        new Longest("({ } | rate())", " + 1", ""),
        new Longest("{ } | quantile_over_time(.a", ", .5", ")"),
        new Longest("{ } with (a=1", ", a=1", ")"),
        new Longest("{ }", " with (a=1)", ""),
        new Longest("{ .a = ", "9", " }"),
        new Longest("{ .a = 0.", "9", " }"),
        new Longest("{ .a = 1e", "9", " }"),
        new Longest("{ .a = 1e-", "9", " }"),
        new Longest("{ .a = ", "1ns", " }"),
        new Longest("{ .a = ", "0.999999999999999999ns", " }"),
        new Longest("{ .a = ", "290y", " }"),
        new Longest("{ .a = \"", "\\xff", "\" }"),
        new Longest("{ .a = \"", "\\u00e9", "\" }"),
        new Longest("{ .a = `", "\r", "` }"),
        new Longest("{ .a = \"", "x", ""),
        new Longest("{ .\"", "\\\\", "\" }"),
        new Longest("{ .", "a", " }"),
        new Longest("{ ", "a", " }"),
        new Longest("{ ", "a:", " }"),
        new Longest("{ /*", "*", ""),
        new Longest("{", "/**/", "}"),
        new Longest("{", "\n", "}"),
        new Longest("{ .a", "\0", " }"),
        new Longest("{ .a =~ \"x\"", " || .a =~ \"[a]{999}\"", " }"),
        new Longest("{ .a =~ \"x\"", " || .a =~ \"(?i)\\\\pL{99}\"", " }"),
        new Longest("{ .a =~ \"x", "|a.+|.*b.+c", "\" }"),
        new Longest("{ .a =~ \"x", "|(a+)+b", "\" }"),
        new Longest("{ .a =~ \"", "(x|y)", "\" }"),
        new Longest("{ .a =~ \"", "(", "\" }"),
        new Longest("{ .a =~ \"", ".*", "\" }"),
        new Longest("{ .a =~ \"[", "ac", "]\" }"),
        new Longest("{ .a =~ \"[", "\\\\pL", "]\" }"));
  }

  @ParameterizedTest
  @MethodSource("longestQueries")
  void longestQueriesAreAnsweredSoon(Longest longest) {
    String query = longest.query();
    assertThat(query.length()).isGreaterThan(TraceQl.MAX_QUERY_BYTES - 100);
    assertTimeoutPreemptively(
        PATIENCE, () -> onStackOf(STACK_BYTES, () -> ParserCheck.parse(query)));
  }

  private static void onStackOf(long bytes, Runnable work) throws InterruptedException {
    Throwable[] failure = new Throwable[1];
    Thread thread = new Thread(null, work, "stack of " + bytes, bytes);
    thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
    thread.start();
    thread.join();
    assertThat(failure[0]).isNull();
  }

  static Stream<Longest> deepQueries() {
    return Stream.of(
        new Longest("", "(", ""),
        new Longest("{ ", "(", ""),
        new Longest("{ ", "!", ""),
        new Longest("{ ", "- ", ""),
        new Longest("", "({ } | ", ""),
        new Longest("{ .a =~ \"[a]{0,500}\" || .b", " || .b", " }"));
  }

  @ParameterizedTest
  @MethodSource("deepQueries")
  void tinyStacksEndInAnErrorToo(Longest longest) throws InterruptedException {
    String query = longest.query();
    onStackOf(
        160 * 1024,
        () ->
            assertThatThrownBy(() -> TraceQl.parse(query))
                .isInstanceOf(TraceQlException.class)
                .hasMessageContaining("nested"));
  }

  @Test
  void oneQueryCannotHoardAutomata() {
    String one = ".a =~ \"[ab]{999}\"";
    assertThat(TraceQl.parse("{ " + String.join(" || ", List.of(one, one, one)) + " }"))
        .isNotNull();
    assertThatThrownBy(() -> TraceQl.parse("{ " + (one + " || ").repeat(500) + one + " }"))
        .isInstanceOf(TraceQlException.class)
        .hasMessageContaining("the regular expressions of the query need more than 200000 states");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ .a = \"%s\" }",
        "{ .a = `%s` }",
        "{ .a%s = 1 }",
        "{ .\"a%s\" = 1 }",
        "{ } /* %s */",
        "{ } // %s",
        "{ %s }",
        "{ } with (a=\"%s\")"
      })
  void halvesOfSurrogatePairsAreErrors(String query) {
    for (String half : List.of("\ud83d", "\ude00", "\ude00\ud83d")) {
      assertThatThrownBy(() -> TraceQl.parse(query.formatted(half)))
          .isInstanceOf(TraceQlException.class)
          .hasMessageMatching("parse error at line 1, col \\d+: unpaired surrogate U\\+D(83D|E00)");
    }
    assertThatThrownBy(() -> TraceQl.parseReference("span.\ud83d"))
        .isInstanceOf(TraceQlException.class);
  }

  @Test
  void zeroBytesStandForThemselvesInTextAndNamesAlone() {
    assertThat(TraceQl.parse("{ .a = \"\0\" && .b\0 = `\0` }"))
        .hasToString("{ .a = \"\\u0000\" && .b\0 = \"\\u0000\" }");
    for (String query : List.of("\0", "\0{ }", "{\0}", "{ }\0", "{ .a =\0 1 }")) {
      assertThatThrownBy(() -> TraceQl.parse(query))
          .isInstanceOf(TraceQlException.class)
          .hasMessageMatching("parse error at line 1, col \\d+: .*U\\+0000.*");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo.a",
        "traces.a",
        "Span.a",
        "SPAN.a",
        "resources.a",
        "trace.id",
        "nestedSet.left",
        "span:foo",
        "foo:name",
        "trace:name",
        "span:rootName",
        "event:id"
      })
  void unknownScopesAreErrorsWhereTheyStand(String reference) {
    assertThatThrownBy(() -> TraceQl.parse("{ " + reference + " = 1 }"))
        .isInstanceOfSatisfying(
            TraceQlException.class, error -> assertThat(error.column()).isEqualTo(3));
  }

  @Test
  void everyPrefixOfAQueryIsAnErrorAtItsEndOrAQuery() {
    TraceQlTest.queries()
        .map(row -> row[0])
        .forEach(query -> {
          for (int end = 0; end < query.length(); end++) {
            ParserCheck.parse(query.substring(0, end));
          }
        });
  }
}
