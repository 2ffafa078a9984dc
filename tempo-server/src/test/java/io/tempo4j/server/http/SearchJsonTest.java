package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.ReadCounts;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryExplanation;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.messages.SearchMessages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SearchJsonTest {

  private static final QueryStats STATS = new QueryStats(0, 0, 0, 0, 0, 0, 0);

  private static TraceMatch traceWith(Attribute attribute) {
    SpanMatch span = new SpanMatch(-1, "", 1, 0, List.of(attribute));
    return new TraceMatch(
        TraceId.parse("1"),
        "",
        "",
        true,
        1,
        0,
        List.of(new SpansetMatch(List.of(span), 1, List.of(attribute))),
        Map.of());
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(new AttributeValue.StringValue("a\"ü\n"), "{\"stringValue\":\"a\\\"ü\\n\"}"),
        Arguments.of(
            new AttributeValue.IntValue(Long.MIN_VALUE), "{\"intValue\":\"-9223372036854775808\"}"),
        Arguments.of(new AttributeValue.IntValue(0), "{\"intValue\":\"0\"}"),
        Arguments.of(new AttributeValue.DoubleValue(450.5), "{\"doubleValue\":450.5}"),
        Arguments.of(new AttributeValue.DoubleValue(Double.NaN), "{\"doubleValue\":\"NaN\"}"),
        Arguments.of(new AttributeValue.BoolValue(false), "{\"boolValue\":false}"),
        Arguments.of(
            new AttributeValue.ArrayValue(List.of(new AttributeValue.IntValue(7))),
            "{\"intValue\":\"7\"}"));
  }

  /** What no cell of a table can hold. */
  static Stream<AttributeValue> others() {
    return Stream.of(
        new AttributeValue.BytesValue(new byte[] {1, 2}),
        new AttributeValue.ArrayValue(List.of()),
        new AttributeValue.ArrayValue(
            List.of(new AttributeValue.IntValue(1), new AttributeValue.StringValue("x"))),
        new AttributeValue.ArrayValue(
            List.of(new AttributeValue.ArrayValue(List.of(new AttributeValue.IntValue(1))))),
        new AttributeValue.MapValue(
            List.of(new Attribute("k", new AttributeValue.BoolValue(true)))),
        new AttributeValue.EmptyValue());
  }

  @ParameterizedTest
  @MethodSource("others")
  void otherValuesAreLeftOut(AttributeValue value) {
    SearchResult result = new SearchResult(List.of(traceWith(new Attribute("a", value))), STATS);

    assertThat(new String(SearchJson.of(result).toByteArray(), StandardCharsets.UTF_8))
        .doesNotContain("attributes");
    assertThat(SearchMessages.of(result).toList().getFirst().getTraces(0).getSpanSets(0))
        .satisfies(spanset -> {
          assertThat(spanset.getSpans(0).getAttributesList()).isEmpty();
          assertThat(spanset.getAttributesList()).isEmpty();
        });
  }

  /** Clients read it as 32 bits without a sign. */
  @Test
  void longestDurationIsThatOf32Bits() {
    TraceMatch trace =
        new TraceMatch(TraceId.parse("1"), "", "", true, 1, Long.MAX_VALUE, List.of(), Map.of());
    SearchResult result = new SearchResult(List.of(trace), STATS);

    assertThat(new String(SearchJson.of(result).toByteArray(), StandardCharsets.UTF_8))
        .contains("\"durationMs\":4294967295");
    assertThat(SearchMessages.of(result).toList().getFirst().getTraces(0).getDurationMs())
        .isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyTypeOfValueHasItsForm(AttributeValue value, String json) {
    byte[] body =
        SearchJson.of(new SearchResult(List.of(traceWith(new Attribute("a", value))), STATS))
            .toByteArray();

    assertThat(new String(body, StandardCharsets.UTF_8))
        .contains("\"attributes\":[{\"key\":\"a\",\"value\":" + json + "}]");
  }

  @Test
  void explanationIsThereOnlyIfTheResultHasOne() {
    QueryExplanation explanation =
        new QueryExplanation(
            new QueryExplanation.Plan(
                "{ .a = \"x\" }",
                "newest",
                List.of(".a = \"x\""),
                ".a = \"x\"",
                QueryExplanation.Evaluation.SPANS),
            STATS,
            new QueryExplanation.Pruning(0, 0, 0, 0),
            new QueryExplanation.Traces(0, 0, 0, 0),
            ReadCounts.NONE);
    byte[] plain = SearchJson.of(new SearchResult(List.of(), STATS)).toByteArray();
    byte[] explained = SearchJson.of(new SearchResult(List.of(), STATS, explanation)).toByteArray();

    assertThat(new String(plain, StandardCharsets.UTF_8)).doesNotContain("explanation");
    assertThat(new String(explained, StandardCharsets.UTF_8))
        .contains("\"explanation\":[\"query: { .a = \\\"x\\\" }\",\"order: newest first\",");
  }

  @Test
  void answersAreMadeWhileTheyAreWritten() {
    TraceMatch trace =
        traceWith(new Attribute("a", new AttributeValue.StringValue("x".repeat(99))));
    SearchResult many = new SearchResult(Collections.nCopies(1_000_000, trace), STATS);

    LimitedOutput little = new LimitedOutput(50_000);
    assertThatThrownBy(() -> SearchJson.of(many).writeTo(little)).isInstanceOf(IOException.class);
    assertThat(little.writtenBytes()).isBetween(1L, 50_000L);
  }
}
