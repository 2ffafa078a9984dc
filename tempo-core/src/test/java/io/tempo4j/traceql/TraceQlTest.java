package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tempo4j.traceql.FieldExpression.Attribute;
import io.tempo4j.traceql.FieldExpression.IntrinsicField;
import io.tempo4j.traceql.FieldExpression.Logical;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a query, what its canonical text is, and where errors are said to be. */
final class TraceQlTest {

  static Stream<String[]> rows(String resource) {
    try (InputStream in = TraceQlTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<String[]> queries() {
    return rows("queries.tsv");
  }

  static Stream<String[]> errors() {
    return rows("errors.tsv");
  }

  @ParameterizedTest
  @MethodSource("queries")
  void printsTheCanonicalText(String query, String canonical) {
    TraceQlQuery parsed = TraceQl.parse(query);
    assertThat(parsed).hasToString(canonical.isEmpty() ? query : canonical);
    assertThat(TraceQl.parse(parsed.toString())).isEqualTo(parsed);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void saysWhereAndWhatIsWrong(String place, String message, String query) {
    TraceQlException error =
        catchThrowableOfType(TraceQlException.class, () -> TraceQl.parse(query));
    assertThat(error).as(query).isNotNull();
    assertThat(error).hasMessageContaining(message);
    assertThat(error.line() + ":" + error.column()).as(error.getMessage()).isEqualTo(place);
    assertThat(error).hasMessageContaining("line %d, col %d", error.line(), error.column());
  }

  @Test
  void countsLinesAndCodePoints() {
    assertThatThrownBy(() -> TraceQl.parse("{\n  .a = \"😀\" &&\n  \t.b ==\n}"))
        .isInstanceOfSatisfying(
            TraceQlException.class,
            error -> {
              assertThat(error.line()).isEqualTo(3);
              assertThat(error.column()).isEqualTo(8);
            });
    assertThatThrownBy(() -> TraceQl.parse("{ .a = \"😀\" == }"))
        .isInstanceOfSatisfying(
            TraceQlException.class, error -> assertThat(error.column()).isEqualTo(13));
  }

  @Test
  void nodesKnowWhereTheyStood() {
    Pipeline pipeline = (Pipeline) TraceQl.parse("{ .a = 1 &&\n  name = `b` }").statement();
    SpansetExpression.Filter filter = (SpansetExpression.Filter) pipeline.stages().getFirst();
    Logical logical = (Logical) filter.condition();
    assertThat(logical.position()).hasToString("1:10");
    assertThat(logical.operands())
        .extracting(operand -> operand.position().toString())
        .containsExactly("1:6", "2:8");
  }

  @Test
  void equalityIgnoresPositions() {
    assertThat(TraceQl.parse("{.a=1}")).isEqualTo(TraceQl.parse("\n{ .a\n= 1 }"));
    assertThat(TraceQl.parse("{.a=1}")).isNotEqualTo(TraceQl.parse("{.a=2}"));
  }

  @Test
  void joinsChainsOfOneOperator() {
    Pipeline pipeline = (Pipeline) TraceQl.parse("{ (.a || .b) || (.c || .d) || .e }").statement();
    SpansetExpression.Filter filter = (SpansetExpression.Filter) pipeline.stages().getFirst();
    assertThat(((Logical) filter.condition()).operands()).hasSize(5);
  }

  @Test
  void commentsEndWithTheLine() {
    assertThat(TraceQl.parse("{ // all of it }\n .a // \n}//")).hasToString("{ .a }");
  }

  @Test
  void namesControlCharactersByTheirNumber() {
    assertThatThrownBy(() -> TraceQl.parse("{ \u0001 }"))
        .hasMessage(
            "parse error at line 1, col 3: expected a field, a literal or '(', found U+0001");
  }

  @Test
  void rawStringsDropCarriageReturnsAndKeepLineEnds() {
    assertThat(TraceQl.parse("{ .a = `x\r\ny` }")).hasToString("{ .a = \"x\\ny\" }");
  }

  @Test
  void skipsEveryKindOfWhiteSpace() {
    assertThat(TraceQl.parse("\t\u000b\f\r\n\u0085\u00a0\u2003{\u3000.a\u2028}"))
        .hasToString("{ .a }");
  }

  @Test
  void parsesReferences() {
    assertThat(TraceQl.parseReference("resource.service.name"))
        .isEqualTo(new Attribute(AttributeScope.RESOURCE, "service.name", Position.NONE));
    assertThat(TraceQl.parseReference(".a/b"))
        .isEqualTo(new Attribute(AttributeScope.UNSCOPED, "a/b", Position.NONE));
    assertThat(TraceQl.parseReference("span:status"))
        .isEqualTo(TraceQl.parseReference("status"))
        .isEqualTo(new IntrinsicField(Intrinsic.SPAN_STATUS, Position.NONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "foo", "span.a span.b", "ok", "{ }", "\"a\"", "span."})
  void refusesWhatIsNoReference(String text) {
    assertThatThrownBy(() -> TraceQl.parseReference(text)).isInstanceOf(TraceQlException.class);
  }

  @Test
  void givesTheFirstHintOfAName() {
    TraceQlQuery query = TraceQl.parse("{ } with (sample=true, order=duration, sample=0.1)");
    assertThat(query.hint("sample")).hasValue(new LiteralValue.BoolValue(true));
    assertThat(query.hint("order")).hasValue(new LiteralValue.StringValue("duration"));
    assertThat(query.hint("absent")).isEmpty();
  }

  // ---- sizes

  @Test
  void takesQueriesUpToTheLongest() {
    String head = "{ .a = \"";
    String tail = "\" }";
    String longest = "x".repeat(TraceQl.MAX_QUERY_BYTES - head.length() - tail.length());
    assertThat(TraceQl.parse(head + longest + tail).toString()).hasSize(TraceQl.MAX_QUERY_BYTES);
    assertThatThrownBy(() -> TraceQl.parse(head + longest + "x" + tail))
        .isInstanceOf(TraceQlException.class)
        .hasMessageContaining("longer than 131072 bytes");
    // Fewer characters, but more bytes.
    assertThatThrownBy(() -> TraceQl.parse(head + "é".repeat(longest.length() / 2 + 1) + tail))
        .isInstanceOf(TraceQlException.class)
        .hasMessageContaining("longer than 131072 bytes");
  }

  static List<String> deepQueries() {
    int levels = 10_000;
    return List.of(
        "{ " + "(".repeat(levels) + ".a" + ")".repeat(levels) + " }",
        "{ " + "(".repeat(levels),
        "(".repeat(levels) + "{ }" + ")".repeat(levels),
        "{ " + "!".repeat(levels) + ".a }",
        "{ " + "-".repeat(levels) + ".a = 1 }",
        "{ " + "- ".repeat(levels) + "1 = 1 }",
        "{ .a " + "+ 1 ".repeat(levels) + "= 1 }",
        "{ .a " + "^ 1 ".repeat(levels) + "= 1 }",
        "{ .a " + "= 1 ".repeat(levels) + " }",
        "{ .a " + "&& .b || .c ".repeat(levels) + " }",
        "{ } " + "> { } ".repeat(levels),
        "{ } " + "&& { } ".repeat(levels),
        "{ } | count() " + "+ 1 ".repeat(levels) + "> 1",
        "{ } | rate() " + "> 1 ".repeat(levels),
        "{ } | rate() " + "| topk(1) ".repeat(levels),
        "({ } | rate()) " + "+ 1 ".repeat(levels),
        "(({ } | rate()) + ".repeat(5_000) + "1" + ")".repeat(5_000),
        "({ } | ".repeat(levels) + "{ }" + ")".repeat(levels));
  }

  @ParameterizedTest
  @MethodSource("deepQueries")
  void refusesDeepNesting(String query) {
    assertThatThrownBy(() -> TraceQl.parse(query))
        .isInstanceOf(TraceQlException.class)
        .hasMessageMatching(".*the query is nested more than [24]00 levels deep");
  }

  @Test
  void nestingJustBelowTheLimitNeedsLittleStack() throws InterruptedException {
    int levels = TokenStream.MAX_HEIGHT - 10;
    List<String> queries =
        List.of(
            "{ " + "(".repeat(levels) + ".a" + ")".repeat(levels) + " }",
            "{ " + "!".repeat(levels) + ".a }",
            "{ .a " + "^ 1 ".repeat(levels) + "= 1 }",
            "{ " + "(1 + ".repeat(levels) + ".a" + ")".repeat(levels) + " = 1 }",
            "({ } | ".repeat(levels / 2) + "{ }" + ")".repeat(levels / 2),
            "{ } " + "> { } ".repeat(levels),
            "{ } | 1 < " + "count() ^ ".repeat(levels) + "1",
            "{ " + "!(.a && ".repeat(levels / 2) + ".b" + ")".repeat(levels / 2) + " }");
    Throwable[] failure = new Throwable[1];
    Runnable roundTrips =
        () -> {
          for (String query : queries) {
            TraceQlQuery parsed = TraceQl.parse(query);
            assertThat(TraceQl.parse(parsed.toString())).isEqualTo(parsed);
            assertThat(parsed.hashCode()).isEqualTo(TraceQl.parse(query).hashCode());
          }
        };
    Thread thread = new Thread(null, roundTrips, "small stack", 512 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
    thread.start();
    thread.join();
    assertThat(failure[0]).isNull();
  }

  @Test
  void longListsAreNotDeep() {
    String alternatives = ".a = 1 || ".repeat(10_000) + ".b = 2";
    assertThat(TraceQl.parse("{ " + alternatives + " }").toString()).hasSize(100_010);
    String stages = "{ } | ".repeat(10_000) + "{ }";
    assertThat(((Pipeline) TraceQl.parse(stages).statement()).stages()).hasSize(10_001);
  }

  @Test
  void errorMessagesStayShort() {
    for (String query : List.of("{ %s = 1 }", "{ span:%s }", "{ %s.b }", "{ \"%s\" + 1 }")) {
      assertThatThrownBy(() -> TraceQl.parse(query.formatted("x".repeat(100_000))))
          .isInstanceOfSatisfying(
              TraceQlException.class, error -> assertThat(error.getMessage()).hasSizeLessThan(400));
    }
  }
}
