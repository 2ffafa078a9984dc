package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is a query, what its canonical text is, and where errors are said to be. */
final class TraceQlTest {

  // quoteCharacter: the queries themselves are full of both kinds of quotes.
  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '§',
      value = {
        "{}\t{ }",
        "{ status = error }\t{ status = error }",
        "{ resource.service.name = \"checkout\" && status = error }\t{ resource.service.name = \"checkout\" && status = error }",
        "{ span.http.response.status_code >= 500 }\t{ span.http.response.status_code >= 500 }",
        "{ .a || .b && .c }\t{ .a || .b && .c }",
        "{ .a || (.b && .c) }\t{ .a || (.b && .c) }",
        "{ (.a || .b) && .c }\t{ .a || .b && .c }",
        "{ !.a * .b }\t{ !.a * .b }",
      })
  void printsCanonicalText(String query, String canonical) {
    assertThat(TraceQl.parse(query)).hasToString(canonical);
    assertThat(TraceQl.parse(canonical)).isEqualTo(TraceQl.parse(query));
  }
}
