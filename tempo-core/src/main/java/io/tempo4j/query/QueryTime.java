package io.tempo4j.query;

/**
 * What lets queries run in turns. A query asks it at every check of its {@link QueryContext}.
 *
 * <p>Called by the thread that runs the query.
 */
public interface QueryTime {

  /** A query that runs as long as it likes. */
  QueryTime UNSHARED =
      new QueryTime() {
        @Override
        public void share() {}

        @Override
        public void rest() {}

        @Override
        public void resume() {}
      };

  /**
   * Lets others run, if it is their turn.
   *
   * <p>Returns when it is this query's turn again, or when the query has been stopped.
   */
  void share();

  /** Says that the query waits for something else now, so that another may run. Does not wait. */
  void rest();

  /** Ends {@link #rest}; returns as {@link #share} does. */
  void resume();
}
