package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Canonical text parses to the tree it was printed from, whatever the tree. */
final class RoundTripTest {

  @Provide
  Arbitrary<TraceQlQuery> queries() {
    return QueryArbitraries.queries();
  }

  @Provide
  Arbitrary<FieldExpression> conditions() {
    return QueryArbitraries.conditions();
  }

  @Property(tries = 2_000)
  void parsingThePrintedQueryGivesAnEqualQuery(@ForAll("queries") TraceQlQuery query) {
    TraceQlQuery parsed = TraceQl.parse(query.toString());
    assertThat(parsed).isEqualTo(query);
    assertThat(parsed.hashCode()).isEqualTo(query.hashCode());
    assertThat(parsed).hasToString(query.toString());
  }

  @Property(tries = 2_000)
  void spaceAndCommentsBetweenTokensDoNotMatter(@ForAll("conditions") FieldExpression condition) {
    String text = "{ " + TraceQl.print(condition) + " }";
    StringBuilder spaced = new StringBuilder();
    Lexer lexer = new Lexer(text);
    for (Token token = lexer.next(); !token.is(TokenType.END); token = lexer.next()) {
      FieldExpression value = token.value();
      spaced.append(" /* & */\n").append(value == null ? token.text() : TraceQl.print(value));
    }
    assertThat(TraceQl.parse(spaced + "//")).isEqualTo(TraceQl.parse(text));
  }

  @Property(tries = 1_000)
  void superfluousParenthesesDoNotMatter(@ForAll("conditions") FieldExpression condition) {
    String text = TraceQl.print(condition);
    assertThat(TraceQl.parse("({ ((" + text + ")) })"))
        .isEqualTo(TraceQl.parse("{ " + text + " }"));
  }
}
