package io.tempo4j.server.grpc;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.TraceMatch;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A cursor whose results a test makes; remembers how far it came. */
final class ListCursor implements SearchCursor {

  /** Makes results. */
  interface Results {
    Optional<TraceMatch> get(int index, QueryContext context) throws IOException;
  }

  /** Looks for a result for ever and finds none. */
  static final Results NEVER =
      (index, context) -> {
        while (true) {
          context.check();
          Thread.onSpinWait();
        }
      };

  final AtomicInteger calls = new AtomicInteger();
  final AtomicBoolean closed = new AtomicBoolean();
  private final QueryContext context;
  private final Results results;

  ListCursor(QueryContext context, Results results) {
    this.context = context;
    this.results = results;
  }

  @Override
  public Optional<TraceMatch> next() throws IOException {
    context.check();
    return results.get(calls.getAndIncrement(), context);
  }

  /** One row group per result so far, of a thousand. */
  @Override
  public QueryStats stats() {
    int read = Math.min(1000, calls.get());
    return new QueryStats(7, 2, 1000, 1000 - read, 3 * read, 5 * read, 100 * read);
  }

  @Override
  public void rest() {}

  @Override
  public void close() {
    closed.set(true);
  }
}
