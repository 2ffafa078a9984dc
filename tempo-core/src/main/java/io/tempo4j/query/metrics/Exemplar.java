package io.tempo4j.query.metrics;

import io.tempo4j.model.TraceId;

/**
 * A span that stands for others in a series.
 *
 * @param traceId its trace
 * @param spanId its id, big-endian
 * @param timestampNanos its start, Unix nanoseconds
 * @param value the value of the span where the function takes one (seconds for durations), else the
 *     value of the series at that time
 */
public record Exemplar(TraceId traceId, long spanId, long timestampNanos, double value) {
  Exemplar withValue(double other) {
    return new Exemplar(traceId, spanId, timestampNanos, other);
  }
}
