package io.tempo4j.query.search;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.util.List;

/** How many heap bytes results take, about: objects, and texts as one byte a character. */
final class MatchBytes {

  /** What is noted of a span while its trace is looked at. */
  private static final int NOTE_BYTES = 80;

  private static final int TRACE_BYTES = 320;
  private static final int SERVICE_BYTES = 96;
  private static final int SPANSET_BYTES = 64;
  private static final int SPAN_BYTES = 72;
  private static final int ATTRIBUTE_BYTES = 48;
  private static final int TEXT_BYTES = 48;

  private MatchBytes() {}

  /** What making a result of a trace takes at most, if its spans show little. */
  static long ofWork(long spans, int spansPerSpanset) {
    return NOTE_BYTES * spans + SPAN_BYTES * Math.min(spans, spansPerSpanset);
  }

  static long of(TraceMatch match) {
    long bytes =
        (long) TRACE_BYTES + match.rootServiceName().length() + match.rootTraceName().length();
    bytes += (long) SERVICE_BYTES * match.serviceStats().size();
    for (SpansetMatch spanset : match.spansets()) {
      bytes += SPANSET_BYTES + of(spanset.attributes());
      for (SpanMatch span : spanset.spans()) {
        bytes += of(span);
      }
    }
    return bytes;
  }

  private static long of(SpanMatch span) {
    int name = span.name().isEmpty() ? 0 : TEXT_BYTES + span.name().length();
    return SPAN_BYTES + name + of(span.attributes());
  }

  private static long of(List<Attribute> attributes) {
    long bytes = 0;
    for (Attribute attribute : attributes) {
      bytes += ATTRIBUTE_BYTES + of(attribute.value());
    }
    return bytes;
  }

  private static long of(AttributeValue value) {
    return switch (value) {
      case AttributeValue.StringValue text -> TEXT_BYTES + text.value().length();
      case AttributeValue.BytesValue bytes -> TEXT_BYTES + bytes.value().length;
      case AttributeValue.ArrayValue array ->
          TEXT_BYTES + array.values().stream().mapToLong(MatchBytes::of).sum();
      case AttributeValue.MapValue map -> TEXT_BYTES + of(map.entries());
      case AttributeValue.IntValue number -> 0;
      case AttributeValue.DoubleValue number -> 0;
      case AttributeValue.BoolValue bool -> 0;
      case AttributeValue.EmptyValue nothing -> 0;
    };
  }
}
