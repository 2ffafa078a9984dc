package io.tempo4j.engine;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.Candidate;
import io.tempo4j.query.search.CandidateCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceExtents;
import io.tempo4j.query.trace.AssembledTrace;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;

/**
 * What one query asks of one part. All answers are of what the part had when the query began, so
 * that they fit each other: a span that moves to another part meanwhile neither goes nor counts
 * twice.
 *
 * <p>For one thread at a time. Every question may be answered by {@link PartChangedException};
 * otherwise it throws as {@link TraceQuerier} does.
 */
public interface PartQuery extends AutoCloseable {

  /**
   * The traces that a search may find, whoever has spans of them, too.
   *
   * @param request of which the limit means nothing
   * @return to be closed by the caller, before this is
   */
  CandidateCursor candidates(SearchRequest request, Candidate.Detail detail);

  /** Of those of some traces that are here, when their spans begin and end. */
  TraceExtents extents(Collection<TraceId> ids) throws IOException;

  /** What is here of a trace; its bytes are taken from the memory of the query's context. */
  AssembledTrace findTrace(TraceId id) throws IOException;

  /**
   * Counts for a metrics query.
   *
   * @param leftOut traces whose spans are not counted; not changed while this is used
   */
  MetricsPartial metrics(MetricsRequest request, Set<TraceId> leftOut) throws IOException;

  /** Lets go of what the part had when the query began. Closing again does nothing. */
  @Override
  void close();
}
