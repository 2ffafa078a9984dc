package io.tempo4j.query.search;

import io.tempo4j.query.scan.GroupView;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.TraceQlQuery;
import java.util.Comparator;

/** In which order a search gives its results, and so which of them a limit leaves. */
public enum SearchOrder {
  /** Newest start first. */
  NEWEST(Comparator.comparing(TraceMatch::startNanos, (a, b) -> Long.compareUnsigned(b, a))),
  /** Longest duration first; asked for with {@code with (order=duration)}. */
  LONGEST(Comparator.comparing(TraceMatch::durationNanos, Comparator.reverseOrder()));

  private static final String HINT = "order";
  private static final LiteralValue BY_DURATION = new LiteralValue.StringValue("duration");

  private final Comparator<TraceMatch> comparator;

  SearchOrder(Comparator<TraceMatch> key) {
    comparator = key.thenComparing(TraceMatch::traceId);
  }

  /** The order that a query asks for; {@link #NEWEST} unless it asks for another. */
  public static SearchOrder of(TraceQlQuery query) {
    return query.hint(HINT).filter(BY_DURATION::equals).isPresent() ? LONGEST : NEWEST;
  }

  /**
   * What decides where a trace stands: the larger, the earlier, as unsigned numbers; ties go by
   * trace id.
   */
  public long key(TraceExtent trace) {
    return switch (this) {
      case NEWEST -> trace.startNanos();
      case LONGEST -> GroupView.duration(trace.startNanos(), trace.endNanos());
    };
  }

  /** Compares results, what comes first is less; ties go by trace id. */
  public Comparator<TraceMatch> comparator() {
    return comparator;
  }
}
