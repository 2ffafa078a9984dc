package io.tempo4j.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.TraceQl;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LegacySearchTest {

  private static String traceQl(Map<String, String> tags) throws BadRequestException {
    return new LegacySearch(tags, Optional.empty(), Optional.empty()).traceQl();
  }

  static Stream<Arguments> translations() {
    return Stream.of(
        Arguments.of("", "{}"),
        Arguments.of("a=b", "{ .a = \"b\" }"),
        Arguments.of("a=b c=\"d e\"", "{ .a = \"b\" && .c = \"d e\" }"),
        Arguments.of("a=\"q\\\"u\\\\o\"", "{ .a = \"q\\\"u\\\\o\" }"),
        Arguments.of("status.code=error", "{ status = error }"),
        Arguments.of("http.status_code=500", "{ .http.status_code = 500 }"),
        Arguments.of("name=get", "{ name =~ \".*get.*\" }"),
        Arguments.of("name=a.b(c)", "{ name =~ \".*a\\\\.b\\\\(c\\\\).*\" }"),
        Arguments.of("root.service.name=shop", "{ rootServiceName =~ \".*shop.*\" }"),
        Arguments.of("root.name=GET", "{ rootName =~ \".*GET.*\" }"),
        Arguments.of("service.name=cart", "{ .service.name =~ \".*cart.*\" }"),
        Arguments.of("flag", "{ .flag = \"\" }"),
        Arguments.of("strange&key=1", "{ .\"strange&key\" = \"1\" }"));
  }

  @ParameterizedTest
  @MethodSource("translations")
  void pairsBecomeOneSpanset(String tags, String traceQl) throws BadRequestException {
    assertThat(traceQl(LegacySearch.parseTags(tags))).isEqualTo(traceQl);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=b a=c|invalid tags: tag a has been set twice",
        "=b|unexpected '=' at position 1",
        "a=\"b|unterminated quoted value",
        "a=b=c|unexpected '=' at position 4",
        "a\"=b|position 2",
        "status.code=bad|must be one of ok, error, unset",
        "http.status_code=ok|http.status_code must be a whole number",
      })
  void wrongTagsAreRefused(String tags, String message) {
    assertThatThrownBy(() -> traceQl(LegacySearch.parseTags(tags)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void durationsAreThoseOfTheTrace() throws BadRequestException {
    assertThat(
            new LegacySearch(
                    Map.of("a", "b"),
                    Optional.of(Duration.ofMillis(5)),
                    Optional.of(Duration.ofSeconds(2)))
                .traceQl())
        .isEqualTo("{ .a = \"b\" && traceDuration >= 5000000ns && traceDuration <= 2000000000ns }");
  }

  @Test
  void tagWithoutANameIsRefused() {
    assertThatThrownBy(() -> traceQl(Map.of("", "a")))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("invalid tags: a tag has no name");
  }

  @Provide
  static Arbitrary<String> texts() {
    return Arbitraries.of(
            "a", "é", "😀", "1", ".", "-", "_", "/", ":", "=", " ", "\n", "\t", "\"", "\\", "{",
            "}", "&&", "|", "(", ",", "span.", "parent.")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }

  @Property
  void anyNameAndValueAreThemselves(@ForAll("texts") String name, @ForAll("texts") String value)
      throws BadRequestException {
    String query = traceQl(Map.of(name, value));

    TraceQl.parse(query);
    FieldExpression.Reference attribute =
        TraceQl.parseReference(query.substring(2, query.lastIndexOf(" = \"")));
    assertThat(attribute)
        .isInstanceOfSatisfying(
            FieldExpression.Attribute.class,
            a -> {
              assertThat(a.scope()).isEqualTo(AttributeScope.UNSCOPED);
              assertThat(a.name()).isEqualTo(name);
            });
  }
}
