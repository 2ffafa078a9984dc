package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LegacyTagsTest {

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
    assertThat(LegacyTags.toTraceQl(LegacyTags.parse(tags), null, null)).isEqualTo(traceQl);
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
    assertThatThrownBy(() -> LegacyTags.toTraceQl(LegacyTags.parse(tags), null, null))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
  }
}
