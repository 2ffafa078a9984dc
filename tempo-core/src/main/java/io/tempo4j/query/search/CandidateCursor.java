package io.tempo4j.query.search;

import java.io.IOException;

/**
 * The candidates of one part: the traces with a span that every result of the query has, whether
 * they are results by themselves or not. They come in the order of {@link SearchOrder} by what the
 * part has of them, ties by trace id; so of the whole traces that are to come, none begins later
 * than the last one that came, and none that lies in this part alone belongs before it.
 *
 * <p>Not thread-safe. Holds memory alone; closing frees it early.
 */
public interface CandidateCursor extends AutoCloseable {

  /**
   * Looks for candidates.
   *
   * @param count most to return, at least 1
   * @param threshold candidates whose {@link SearchOrder#key} is smaller are not wanted; unsigned,
   *     0 if all are
   * @throws io.tempo4j.query.QueryStoppedException if the query's context says so
   * @throws io.tempo4j.query.QueryBudgetException if the query would read or hold more than it may
   * @throws IOException if a source cannot be read
   * @throws IllegalStateException if the cursor is closed
   */
  CandidatePage next(int count, long threshold) throws IOException;

  /** Lets go of what can be read again, for a while in which nobody asks. */
  void rest();

  /** Gives up. Closing again does nothing. */
  @Override
  void close();
}
