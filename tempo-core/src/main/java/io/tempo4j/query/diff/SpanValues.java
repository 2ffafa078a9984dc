package io.tempo4j.query.diff;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * When values of two spans count as the same.
 *
 * <p>Durations may differ by a fifth of the larger one and a millisecond, sizes and counts of
 * tokens by a twentieth; everything else must be equal, where whole and floating-point numbers are
 * equal if their values are.
 */
final class SpanValues {

  private static final double DURATION_SHARE = 0.20;
  private static final double DURATION_NANOS = 1_000_000;
  private static final double MAGNITUDE_SHARE = 0.05;

  /**
   * Attributes that are magnitudes, so that little differences mean nothing. Source: OpenTelemetry
   * semantic conventions, names of today and of before.
   */
  private static final Set<String> MAGNITUDES =
      Set.of(
          "http.request.body.size",
          "http.request.size",
          "http.response.body.size",
          "http.response.size",
          "http.request_content_length",
          "http.request_content_length_uncompressed",
          "http.response_content_length",
          "http.response_content_length_uncompressed",
          "messaging.message.body.size",
          "messaging.message.envelope.size",
          "message.compressed_size",
          "message.uncompressed_size",
          "rpc.message.compressed_size",
          "rpc.message.uncompressed_size",
          "file.size",
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
          "gen_ai.usage.prompt_tokens",
          "gen_ai.usage.completion_tokens",
          "gen_ai.usage.cache_creation.input_tokens",
          "gen_ai.usage.cache_read.input_tokens",
          "gen_ai.usage.reasoning.output_tokens",
          "gen_ai.response.time_to_first_chunk",
          "app.jank.period");

  private SpanValues() {}

  static boolean sameDuration(ComparedSpan base, ComparedSpan compare) {
    if (!base.hasDuration() || !compare.hasDuration()) {
      return base.hasDuration() == compare.hasDuration();
    }
    return isClose(base.durationNanos(), compare.durationNanos(), DURATION_SHARE, DURATION_NANOS);
  }

  /** Whether attribute {@code key} is the same. */
  static boolean same(String key, AttributeValue base, AttributeValue compare) {
    if (MAGNITUDES.contains(key) && isNumber(base) && isNumber(compare)) {
      return isClose(number(base), number(compare), MAGNITUDE_SHARE, 0);
    }
    return same(base, compare);
  }

  /** Whether nothing is different that a comparison shows. */
  static boolean same(ComparedSpan base, ComparedSpan compare) {
    SortedMap<String, AttributeValue> before = base.attributes();
    SortedMap<String, AttributeValue> after = compare.attributes();
    if (!base.status().equals(compare.status())
        || before.size() != after.size()
        || !sameDuration(base, compare)) {
      return false;
    }
    for (Map.Entry<String, AttributeValue> attribute : before.entrySet()) {
      AttributeValue other = after.get(attribute.getKey());
      if (other == null || !same(attribute.getKey(), attribute.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Something that is equal for all spans that are the same, and seldom for others: numbers are
   * what they are as floating-point numbers, and nothing at all where they may differ.
   */
  static Object fingerprint(ComparedSpan span) {
    Map<String, Object> values = new HashMap<>();
    span.attributes()
        .forEach((key, value) ->
            values.put(key, MAGNITUDES.contains(key) && isNumber(value) ? "" : fingerprint(value)));
    return List.of(span.status(), values);
  }

  private static Object fingerprint(AttributeValue value) {
    return switch (value) {
      // 0.0 + makes one zero of the two.
      case AttributeValue.IntValue v -> 0.0 + v.value();
      case AttributeValue.DoubleValue v -> 0.0 + v.value();
      case AttributeValue.ArrayValue v -> v.values().stream().map(SpanValues::fingerprint).toList();
      case AttributeValue.MapValue v -> {
        Map<String, Object> entries = new HashMap<>();
        v.entries().forEach(entry -> entries.put(entry.key(), fingerprint(entry.value())));
        yield entries;
      }
      case AttributeValue.StringValue v -> v;
      case AttributeValue.BoolValue v -> v;
      case AttributeValue.BytesValue v -> v;
      case AttributeValue.EmptyValue v -> v;
    };
  }

  private static boolean same(AttributeValue base, AttributeValue compare) {
    if (base instanceof AttributeValue.IntValue && compare instanceof AttributeValue.IntValue) {
      return base.equals(compare);
    }
    if (isNumber(base) && isNumber(compare)) {
      double before = number(base);
      double after = number(compare);
      return before == after || (Double.isNaN(before) && Double.isNaN(after));
    }
    if (base instanceof AttributeValue.ArrayValue before
        && compare instanceof AttributeValue.ArrayValue after) {
      boolean isSame = before.values().size() == after.values().size();
      for (int i = 0; isSame && i < before.values().size(); i++) {
        isSame = same(before.values().get(i), after.values().get(i));
      }
      return isSame;
    }
    if (base instanceof AttributeValue.MapValue before
        && compare instanceof AttributeValue.MapValue after) {
      Map<String, AttributeValue> entries = byKey(before);
      Map<String, AttributeValue> others = byKey(after);
      return entries.keySet().equals(others.keySet())
          && entries.entrySet().stream()
              .allMatch(entry ->
                  same(
                      entry.getValue(),
                      java.util.Objects.requireNonNull(others.get(entry.getKey()))));
    }
    return base.equals(compare);
  }

  private static Map<String, AttributeValue> byKey(AttributeValue.MapValue map) {
    Map<String, AttributeValue> entries = new HashMap<>();
    for (Attribute entry : map.entries()) {
      entries.put(entry.key(), entry.value());
    }
    return entries;
  }

  private static boolean isNumber(AttributeValue value) {
    return value instanceof AttributeValue.IntValue || value instanceof AttributeValue.DoubleValue;
  }

  private static double number(AttributeValue value) {
    return value instanceof AttributeValue.IntValue whole
        ? whole.value()
        : value instanceof AttributeValue.DoubleValue real ? real.value() : 0;
  }

  private static boolean isClose(double a, double b, double share, double floor) {
    return Math.abs(a - b) <= floor + share * Math.max(Math.abs(a), Math.abs(b));
  }
}
