package io.tempo4j.server.messages;

import io.tempo4j.model.Attribute;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.tempopb.SearchMetrics;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.ServiceStats;
import io.tempo4j.server.tempopb.Span;
import io.tempo4j.server.tempopb.SpanSet;
import io.tempo4j.server.tempopb.TraceSearchMetadata;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Results of searches as messages. */
public final class SearchMessages {

  private static final String NO_ROOT = "<root span not yet received>";
  private static final long MAX_UINT32 = 0xffff_ffffL;

  private SearchMessages() {}

  /** The whole answer, in parts that make it up together. */
  public static Stream<SearchResponse> of(SearchResult result) {
    return Stream.concat(
        result.traces().stream()
            .map(trace ->
                SearchResponse.newBuilder().addTraces(of(trace, Integer.MAX_VALUE)).build()),
        Stream.of(SearchResponse.newBuilder().setMetrics(done(result.stats())).build()));
  }

  /**
   * The message of a trace with so many of its spans that it fits. How many matched, it says
   * anyway.
   *
   * @param maxBytes most bytes of the message; what is no span may still exceed it
   */
  public static TraceSearchMetadata fitting(TraceMatch trace, int maxBytes) {
    int spans =
        trace.spansets().stream().mapToInt(spanset -> spanset.spans().size()).max().orElse(0);
    TraceSearchMetadata message = of(trace, spans);
    while (message.getSerializedSize() > maxBytes && spans > 0) {
      spans = (int) Math.min(spans / 2, (long) spans * maxBytes / message.getSerializedSize());
      message = of(trace, spans);
    }
    return message;
  }

  /** What is shown as the service of a trace's root, also where the root is missing. */
  public static String rootServiceName(TraceMatch trace) {
    return trace.hasRoot() ? trace.rootServiceName() : NO_ROOT;
  }

  /** The duration of a trace as the field of 32 bits shows it, which holds 49 days. */
  public static long durationMillis(TraceMatch trace) {
    return uint32(trace.durationNanos() / 1_000_000);
  }

  private static TraceSearchMetadata of(TraceMatch trace, int maxSpans) {
    TraceSearchMetadata.Builder message =
        TraceSearchMetadata.newBuilder()
            .setTraceID(trace.traceId().toShortHex())
            .setRootServiceName(rootServiceName(trace))
            .setRootTraceName(trace.rootTraceName())
            .setStartTimeUnixNano(trace.startNanos())
            .setDurationMs((int) durationMillis(trace));
    for (SpansetMatch spanset : trace.spansets()) {
      message.addSpanSets(of(spanset, maxSpans));
    }
    if (message.getSpanSetsCount() > 0) {
      message.setSpanSet(message.getSpanSets(0));
    }
    trace
        .serviceStats()
        .forEach((service, stats) ->
            message.putServiceStats(
                service,
                ServiceStats.newBuilder()
                    .setSpanCount(stats.spanCount())
                    .setErrorCount(stats.errorCount())
                    .build()));
    return message.build();
  }

  private static SpanSet of(SpansetMatch spanset, int maxSpans) {
    SpanSet.Builder message = SpanSet.newBuilder().setMatched(spanset.matched());
    for (SpanMatch span : spanset.spans().subList(0, Math.min(maxSpans, spanset.spans().size()))) {
      message.addSpans(of(span));
    }
    for (Attribute attribute : SingleValues.of(spanset.attributes())) {
      message.addAttributes(AttributeMessages.of(attribute));
    }
    return message.build();
  }

  private static Span of(SpanMatch span) {
    Span.Builder message =
        Span.newBuilder()
            .setSpanID(HexFormat.of().toHexDigits(span.spanId()))
            .setName(span.name())
            .setStartTimeUnixNano(span.startNanos())
            .setDurationNanos(span.durationNanos());
    for (Attribute attribute : SingleValues.of(span.attributes())) {
      message.addAttributes(AttributeMessages.of(attribute));
    }
    return message.build();
  }

  /**
   * How far a search is. A job is a row group: those that were never looked into count as done at
   * the end.
   */
  public static SearchMetrics running(QueryStats stats) {
    return metrics(stats).setCompletedJobs(stats.rowGroups() - stats.rowGroupsPruned()).build();
  }

  /** What a search has done. */
  public static SearchMetrics done(QueryStats stats) {
    return metrics(stats).setCompletedJobs(stats.rowGroups()).build();
  }

  private static SearchMetrics.Builder metrics(QueryStats stats) {
    return SearchMetrics.newBuilder()
        .setInspectedTraces((int) uint32(stats.inspectedTraces()))
        .setInspectedSpans(stats.inspectedSpans())
        .setInspectedBytes(stats.inspectedBytes())
        .setTotalBlocks(stats.sources())
        .setTotalJobs(stats.rowGroups());
  }

  /** What a field of 32 bits without a sign shows of a number that is not negative. */
  public static long uint32(long value) {
    return Math.min(value, MAX_UINT32);
  }
}
