package io.tempo4j.query;

/**
 * Where a query takes the heap bytes that it holds, before it allocates them: columns that it has
 * decoded, what it counts, what it found.
 *
 * <p>Queries ask by the column, and whenever a table grows, not by the span. What a query has not
 * given back when it ends is given back by whoever made this.
 *
 * <p>Called by one thread at a time.
 */
public interface QueryMemory {

  /** No bound. */
  QueryMemory UNBOUNDED =
      new QueryMemory() {
        @Override
        public void take(long bytes) {}

        @Override
        public void give(long bytes) {}

        @Override
        public long limitBytes() {
          return Long.MAX_VALUE;
        }
      };

  /**
   * Takes bytes, waiting for those of other queries if it must and may.
   *
   * @param bytes how many, not negative
   * @throws QueryBudgetException if the query would hold more than one query may
   * @throws QueryContentionException if others hold what is missing; the query may begin again
   * @throws QueryStoppedException if the query was stopped while it waited
   */
  void take(long bytes);

  /** Gives back some of what was taken. */
  void give(long bytes);

  /** Most bytes that one query may hold. */
  long limitBytes();
}
