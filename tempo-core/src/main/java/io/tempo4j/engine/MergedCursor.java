package io.tempo4j.engine;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.Candidate;
import io.tempo4j.query.search.CandidateCursor;
import io.tempo4j.query.search.CandidatePage;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchEngine;
import io.tempo4j.query.search.SearchOrder;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.TraceExtent;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search over several parts.
 *
 * <p>Where a part changes so that the search cannot go on, it begins again, and leaves out what it
 * returned before and what would have come before that.
 */
/*
 * The threshold algorithm, over parts as SearchRun runs it over sources. The candidates of each part
 * come in the order of what the part has of them, which for those of one part alone is the order of
 * results, and the others are known with their whole extents before their turn comes: by start, a
 * part never begins before the whole does, so it is enough to ask for each page which of it are
 * elsewhere; by duration, a whole may be longer than each of its parts, so all are asked for first.
 */
final class MergedCursor implements SearchCursor {

  private static final int PAGE = 64;

  private final Beginning beginning;
  private final SearchEngine engine;
  private final SearchRequest request;
  private final QueryContext context;
  private final SearchOrder order;
  private final Comparator<TraceExtent> before;
  private final Set<TraceId> returned = new HashSet<>();
  private @Nullable TraceMatch last;
  private @Nullable Run run;
  private int begun;
  private QueryStats earlier = QueryStats.NONE;
  private Coverage coverage = Coverage.COMPLETE;
  private boolean isClosed;

  /** Begins a query over the parts of the moment. */
  @FunctionalInterface
  interface Beginning {
    PartQueries begin() throws IOException;
  }

  MergedCursor(
      Beginning beginning, SearchEngine engine, SearchRequest request, QueryContext context) {
    this.beginning = beginning;
    this.engine = engine;
    this.request = request.with(SearchRequest.Detail.TRACES);
    this.context = context;
    order = SearchOrder.of(TraceQl.parse(request.query()));
    before =
        Comparator.comparing(order::key, (a, b) -> Long.compareUnsigned(b, a))
            .thenComparing(TraceExtent::id);
  }

  @Override
  public Optional<TraceMatch> next() throws IOException {
    if (isClosed) {
      throw new IllegalStateException("the cursor is closed");
    }
    while (returned.size() < request.limit()) {
      context.check();
      Run current = run;
      boolean goesOn = false;
      try {
        if (current == null) {
          begun++;
          current = new Run(beginning.begin());
          run = current;
          current.prepare();
        }
        TraceMatch next = current.next();
        goesOn = true;
        if (next == null) {
          return Optional.empty();
        }
        if (!isOver(next)) {
          last = next;
          returned.add(next.traceId());
          return Optional.of(next);
        }
      } catch (PartChangedException e) {
        context.check();
      } finally {
        if (!goesOn) {
          end(); // a search that fails is not used again
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a result was returned before, or belongs before what was. */
  private boolean isOver(TraceMatch match) {
    return returned.contains(match.traceId())
        || (last != null && order.comparator().compare(match, last) < 0);
  }

  @Override
  public QueryStats stats() {
    return run == null ? earlier : earlier.plus(run.stats());
  }

  @Override
  public Coverage coverage() {
    return coverage;
  }

  @Override
  public void rest() {
    if (run != null) {
      run.streams.forEach(stream -> stream.cursor.rest());
    }
  }

  @Override
  public void close() {
    isClosed = true;
    returned.clear();
    end();
  }

  private void end() {
    earlier = stats();
    Run ended = run;
    run = null;
    if (ended != null) {
      ended.close();
    }
  }

  /** The candidates of one part. */
  private static final class Stream {
    final int part;
    final CandidateCursor cursor;
    List<Candidate> page = List.of();
    int next;
    boolean isLast;
    QueryStats stats = QueryStats.NONE;

    Stream(int part, CandidateCursor cursor) {
      this.part = part;
      this.cursor = cursor;
    }

    Candidate first() {
      return page.get(next);
    }
  }

  /** One search over the parts as they were when it began. */
  private final class Run implements AutoCloseable {
    final List<Stream> streams = new ArrayList<>();
    private final PartQueries parts;
    private final PriorityQueue<Stream> waiting =
        new PriorityQueue<>(Comparator.comparing(stream -> stream.first().extent(), before));

    /** Traces of several parts, with their whole extents. */
    private final PriorityQueue<TraceExtent> pending = new PriorityQueue<>(before);

    private final Set<TraceId> shared = new HashSet<>();
    private QueryStats evaluated = QueryStats.NONE;

    Run(PartQueries parts) {
      this.parts = parts;
    }

    void prepare() throws IOException {
      int count = parts.parts().size();
      if (order == SearchOrder.LONGEST) {
        parts.shared(request, count, (one, other) -> true).values().forEach(this::share);
      }
      for (int part = 0; part < count; part++) {
        Stream stream =
            new Stream(part, parts.parts().get(part).candidates(request, Candidate.Detail.MATCHES));
        streams.add(stream);
        refill(stream);
      }
    }

    private void share(TraceExtent whole) {
      shared.add(whole.id());
      pending.add(whole);
    }

    /** The next result, or null if there is no other. */
    @Nullable TraceMatch next() throws IOException {
      while (true) {
        Stream stream = waiting.peek();
        TraceExtent whole = pending.peek();
        TraceMatch match;
        if (whole != null
            && (stream == null || before.compare(whole, stream.first().extent()) <= 0)) {
          pending.remove();
          match = evaluate(whole.id());
        } else if (stream != null) {
          waiting.remove();
          Candidate candidate = stream.first();
          stream.next++;
          refill(stream);
          match = shared.contains(candidate.extent().id()) ? null : candidate.match();
        } else {
          return null;
        }
        if (match != null) {
          return match;
        }
      }
    }

    /** Brings the stream into the queue, unless it is at its end. */
    private void refill(Stream stream) throws IOException {
      if (stream.next == stream.page.size() && !stream.isLast) {
        int left = request.limit() - returned.size();
        CandidatePage page = stream.cursor.next(Math.clamp(left, 1, PAGE), threshold());
        stream.page = page.candidates();
        stream.next = 0;
        stream.isLast = page.isLast();
        stream.stats = page.stats();
        coverage = coverage.and(page.coverage());
        context.checkBytes(MergedCursor.this.stats().inspectedBytes());
        if (order == SearchOrder.NEWEST && parts.parts().size() > 1) {
          List<TraceExtent> unknown =
              stream.page.stream()
                  .map(Candidate::extent)
                  .filter(extent -> !shared.contains(extent.id()))
                  .toList();
          parts.elsewhere(stream.part, unknown, (one, other) -> true).forEach(this::share);
        }
      }
      if (stream.next < stream.page.size()) {
        waiting.add(stream);
      }
    }

    /**
     * The key of the last result that is needed, as far as that is sure: of traces that lie in one
     * part. 0 if too few are known.
     */
    private long threshold() {
      int left = request.limit() - returned.size();
      if (begun > 1) {
        return 0; // some results are left out
      }
      List<TraceExtent> sure = new ArrayList<>();
      for (Stream stream : waiting) {
        for (Candidate candidate : stream.page.subList(stream.next, stream.page.size())) {
          if (candidate.match() != null && !shared.contains(candidate.extent().id())) {
            sure.add(candidate.extent());
          }
        }
      }
      if (sure.size() < left) {
        return 0;
      }
      sure.sort(before);
      return order.key(sure.get(left - 1));
    }

    private @Nullable TraceMatch evaluate(TraceId id) throws IOException {
      try (PartQueries.Fetched fetched = parts.fetched()) {
        if (!fetched.add(id)) {
          coverage = coverage.and(Coverage.withoutTraces(List.of(id.toString())));
          return null;
        }
        SearchResult result = engine.search(fetched.sources(), request.withLimit(1), context);
        evaluated = evaluated.plus(result.stats());
        return result.traces().isEmpty() ? null : result.traces().get(0);
      }
    }

    QueryStats stats() {
      QueryStats all = evaluated;
      for (Stream stream : streams) {
        all = all.plus(stream.stats);
      }
      return all;
    }

    @Override
    public void close() {
      streams.forEach(stream -> stream.cursor.close());
      parts.close();
    }
  }
}
