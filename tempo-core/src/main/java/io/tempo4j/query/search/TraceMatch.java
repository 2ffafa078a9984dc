package io.tempo4j.query.search;

import io.tempo4j.model.TraceId;
import java.util.List;
import java.util.Map;

/**
 * One trace of a search result.
 *
 * @param traceId the trace's id
 * @param rootServiceName {@code service.name} of the root span's resource; empty if the root span
 *     is not there or has none
 * @param rootTraceName name of the root span; empty if it is not there
 * @param hasRoot whether the root span is there
 * @param startNanos smallest start of the trace's spans, Unix nanoseconds
 * @param durationNanos largest end minus smallest start, never negative
 * @param spansets the matching spansets
 * @param serviceStats counts per service name
 */
public record TraceMatch(
    TraceId traceId,
    String rootServiceName,
    String rootTraceName,
    boolean hasRoot,
    long startNanos,
    long durationNanos,
    List<SpansetMatch> spansets,
    Map<String, ServiceStats> serviceStats) {

  /** Heap bytes that this takes, about. */
  public long heapBytes() {
    return MatchBytes.of(this);
  }

  /**
   * Counts of the spans of one service in a trace.
   *
   * @param spanCount all its spans
   * @param errorCount those with status error
   */
  public record ServiceStats(int spanCount, int errorCount) {

    ServiceStats plus(ServiceStats other) {
      return new ServiceStats(spanCount + other.spanCount, errorCount + other.errorCount);
    }
  }
}
