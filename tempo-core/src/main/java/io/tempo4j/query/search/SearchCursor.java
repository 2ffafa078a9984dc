package io.tempo4j.query.search;

import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.io.IOException;
import java.util.Optional;

/**
 * The results of a search, one by one in the order of {@link SearchOrder}, as many as the request
 * allows. What is not asked for is not looked for, so the first results come long before the last.
 *
 * <p>Not thread-safe. Holds memory alone; closing frees it early.
 */
public interface SearchCursor extends AutoCloseable {

  /**
   * Looks for the next result.
   *
   * @return the next result; empty if there is no other
   * @throws io.tempo4j.query.QueryStoppedException if the query's context says so
   * @throws io.tempo4j.query.QueryBudgetException if the query would read more than it may
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   * @throws IllegalStateException if the cursor is closed
   */
  Optional<TraceMatch> next() throws IOException;

  /** What was pruned and read so far. */
  QueryStats stats();

  /** Which blocks may hold more than was found so far, and could not be read. */
  default Coverage coverage() {
    return Coverage.COMPLETE;
  }

  /**
   * Lets go of what can be read again, for a while in which nobody asks for a result. The search
   * goes on with the next call of {@link #next}.
   */
  void rest();

  /** Gives up the search. Closing again does nothing. */
  @Override
  void close();
}
