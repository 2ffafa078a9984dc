package io.tempo4j.engine;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchOrder;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search of a store, one result after the other.
 *
 * <p>It goes on over the view with which it began. Where that view turns out to be damaged or gone,
 * the search begins again over the next one, and leaves out what it returned before and what would
 * have come before that.
 */
final class StoreCursor implements SearchCursor {

  /** Runs a step over a view, and once more over the next one if the view was damaged. */
  @FunctionalInterface
  interface Steps {
    Optional<TraceMatch> run(Step step) throws IOException;
  }

  /** Looks for the next result; begins with a search over {@code view} if there is none. */
  @FunctionalInterface
  interface Step {
    Optional<TraceMatch> run(TenantSpans.View view) throws IOException;
  }

  /** Begins a search. */
  @FunctionalInterface
  interface Opening {
    SearchCursor open(TenantSpans.View view, SearchRequest request);
  }

  private final Steps steps;
  private final Opening opening;
  private final SearchRequest request;
  private final Comparator<TraceMatch> order;
  private final Set<TraceId> returned = new HashSet<>();
  private @Nullable TraceMatch last;
  private @Nullable SearchCursor open;
  private QueryStats stats = QueryStats.NONE;
  private Coverage coverage = Coverage.COMPLETE;
  private boolean isClosed;

  StoreCursor(Steps steps, Opening opening, SearchRequest request) {
    this.steps = steps;
    this.opening = opening;
    this.request = request;
    order = SearchOrder.of(TraceQl.parse(request.query())).comparator();
  }

  @Override
  public Optional<TraceMatch> next() throws IOException {
    if (isClosed) {
      throw new IllegalStateException("the cursor is closed");
    }
    if (returned.size() == request.limit()) {
      return Optional.empty();
    }
    Optional<TraceMatch> next = steps.run(this::advance);
    if (next.isPresent()) {
      last = next.get();
      returned.add(last.traceId());
    }
    return next;
  }

  private Optional<TraceMatch> advance(TenantSpans.View view) throws IOException {
    SearchCursor cursor = open;
    open = null; // a search that fails is not used again
    if (cursor == null) {
      cursor = opening.open(view, request.withLimit(Integer.MAX_VALUE));
      coverage = coverage.and(view.coverage(request.startNanos(), request.endNanos()));
    }
    Optional<TraceMatch> next;
    try {
      do {
        next = cursor.next();
      } while (next.isPresent() && isOver(next.get()));
    } finally {
      stats = cursor.stats();
    }
    open = cursor;
    return next;
  }

  /** Whether a result was returned before, or belongs before what was. */
  private boolean isOver(TraceMatch match) {
    return returned.contains(match.traceId()) || (last != null && order.compare(match, last) < 0);
  }

  @Override
  public QueryStats stats() {
    return stats;
  }

  @Override
  public Coverage coverage() {
    return coverage;
  }

  @Override
  public void rest() {
    SearchCursor cursor = open;
    if (cursor != null && !isClosed) {
      cursor.rest();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    returned.clear();
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
