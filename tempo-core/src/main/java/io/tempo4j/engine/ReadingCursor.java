package io.tempo4j.engine;

import io.tempo4j.block.QueryReads;
import io.tempo4j.block.ReadPlanner;
import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.TraceMatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A search with what it reads ahead, which goes when the search ends or fails. */
final class ReadingCursor implements SearchCursor {

  private final SearchCursor cursor;
  private final QueryReads reads;

  private ReadingCursor(SearchCursor cursor, QueryReads reads) {
    this.cursor = cursor;
    this.reads = reads;
  }

  static SearchCursor open(
      ReadPlanner planner,
      Function<List<SpanSource>, SearchCursor> opening,
      List<SpanSource> sources,
      QueryContext context) {
    QueryReads reads = planner.begin(context::check);
    return new ReadingCursor(opening.apply(reads.of(sources)), reads);
  }

  @Override
  public Optional<TraceMatch> next() throws IOException {
    boolean goesOn = false;
    try {
      Optional<TraceMatch> next = cursor.next();
      goesOn = next.isPresent();
      return next;
    } finally {
      if (!goesOn) {
        reads.close();
      }
    }
  }

  @Override
  public QueryStats stats() {
    return cursor.stats();
  }

  @Override
  public void rest() {
    cursor.rest();
  }

  @Override
  public void close() {
    reads.close();
    cursor.close();
  }
}
