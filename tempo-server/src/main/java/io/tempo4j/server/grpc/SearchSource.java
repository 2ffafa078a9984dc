package io.tempo4j.server.grpc;

import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.messages.SearchMessages;
import io.tempo4j.server.tempopb.SearchMetrics;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.TraceSearchMetadata;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The answer of a search: traces as the cursor finds them, each of them once and whole, newest
 * first; clients keep the first that they see of a trace. Every message says how far the search is,
 * the last one that it is done.
 */
final class SearchSource implements AnswerSource<SearchResponse> {

  /** What the metrics of a message take, and a bit. */
  private static final int METRICS_BYTES = 128;

  /** A message with so much is sent: a slow client has one waiting here and one in its socket. */
  private static final int MOST_ENOUGH_BYTES = 128 << 10;

  private final SearchCursor cursor;
  private final int maxTraceBytes;
  private final int enoughBytes;

  // What is between the query's thread and the client's, under the monitor of this.
  private final ArrayDeque<TraceSearchMetadata> found = new ArrayDeque<>();
  private long foundBytes;
  private QueryStats stats;
  private boolean isDone;
  private SearchMetrics told = SearchMetrics.getDefaultInstance();
  private boolean toldEnd;

  SearchSource(SearchCursor cursor, int maxMessageBytes) {
    this.cursor = cursor;
    this.maxTraceBytes = maxMessageBytes - METRICS_BYTES;
    this.enoughBytes = Math.min(maxTraceBytes, MOST_ENOUGH_BYTES);
    this.stats = cursor.stats();
  }

  @Override
  public boolean advance() throws IOException {
    Optional<TraceMatch> next = cursor.next();
    Optional<TraceSearchMetadata> trace =
        next.map(match -> SearchMessages.fitting(match, maxTraceBytes - 8));
    synchronized (this) {
      stats = cursor.stats();
      isDone = trace.isEmpty();
      if (trace.isPresent()) {
        found.add(trace.get());
        foundBytes += MessageSizes.within(trace.get());
      }
    }
    return next.isPresent();
  }

  @Override
  public synchronized boolean isFull() {
    return foundBytes >= enoughBytes;
  }

  @Override
  public synchronized Optional<SearchResponse> poll() {
    boolean isLast = isDone && (foundBytes <= enoughBytes || found.size() == 1);
    SearchMetrics metrics = isLast ? SearchMessages.done(stats) : SearchMessages.running(stats);
    if (found.isEmpty() && (isLast ? toldEnd : metrics.equals(told))) {
      return Optional.empty();
    }
    SearchResponse.Builder message = SearchResponse.newBuilder().setMetrics(metrics);
    int bytes = 0;
    while (!found.isEmpty()) {
      int size = MessageSizes.within(found.peek());
      if (bytes > 0 && bytes + size > enoughBytes) {
        break;
      }
      bytes += size;
      message.addTraces(found.remove());
    }
    foundBytes -= bytes;
    told = metrics;
    toldEnd = isLast;
    return Optional.of(message.build());
  }

  @Override
  public Coverage coverage() {
    return cursor.coverage();
  }

  @Override
  public void rest() {
    cursor.rest();
  }

  @Override
  public void close() {
    cursor.close();
  }
}
