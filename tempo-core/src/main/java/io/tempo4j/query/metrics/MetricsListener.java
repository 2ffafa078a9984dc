package io.tempo4j.query.metrics;

import java.io.IOException;

/** Is told of the progress of a metrics query, so that it can show results before the last. */
@FunctionalInterface
public interface MetricsListener {

  /**
   * A source was counted. Called on the thread of the query, which waits.
   *
   * <p>A query that meets damaged data begins again: then the number of completed sources is
   * smaller than it was, and earlier results are void.
   *
   * @throws IOException if the listener cannot go on; ends the query
   */
  void onProgress(MetricsProgress progress) throws IOException;
}
