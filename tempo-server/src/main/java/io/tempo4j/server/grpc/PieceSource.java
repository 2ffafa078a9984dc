package io.tempo4j.server.grpc;

import io.tempo4j.query.Coverage;
import io.tempo4j.server.tempopb.MetadataMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The answer of a query that gives its pieces while it runs: items, each of them once. What waits
 * for the client is never more than the whole answer, which the query holds anyway.
 *
 * @param <E> an item of the answer
 * @param <M> a message of the answer
 */
final class PieceSource<E, M> implements AnswerSource<M> {

  /** Takes what is new. */
  interface Pieces<E> {
    void add(Collection<E> items, MetadataMetrics soFar);
  }

  /** What is known at the end. */
  record Outcome(MetadataMetrics metrics, Coverage coverage) {}

  /** Runs from beginning to end. */
  interface Query<E> {
    Outcome run(Pieces<E> pieces) throws Exception;
  }

  /** Makes a message of items. */
  interface Form<E, M> {
    M of(List<E> items, MetadataMetrics metrics);
  }

  /** What a message may have besides its items. */
  private static final int REST_BYTES = 256;

  private final Query<E> query;
  private final ToIntFunction<E> bytes;
  private final Form<E, M> form;
  private final int maxItemBytes;

  // What is between the query's thread and the client's, under the monitor of this.
  private final ArrayDeque<E> waiting = new ArrayDeque<>();
  private MetadataMetrics metrics = MetadataMetrics.getDefaultInstance();
  private Coverage coverage = Coverage.COMPLETE;
  private boolean isDone;
  private boolean toldEnd;

  /**
   * A source.
   *
   * @param bytes an upper bound of what an item takes in a message
   * @param maxMessageBytes the largest message of several items
   */
  PieceSource(Query<E> query, ToIntFunction<E> bytes, Form<E, M> form, int maxMessageBytes) {
    this.query = query;
    this.bytes = bytes;
    this.form = form;
    this.maxItemBytes = maxMessageBytes - REST_BYTES;
  }

  @Override
  public boolean advance() throws Exception {
    Outcome outcome = query.run(this::add);
    synchronized (this) {
      metrics = outcome.metrics;
      coverage = outcome.coverage;
      isDone = true;
    }
    return false;
  }

  private synchronized void add(Collection<E> items, MetadataMetrics soFar) {
    waiting.addAll(items);
    metrics = soFar;
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public synchronized Optional<M> poll() {
    if (waiting.isEmpty() && (!isDone || toldEnd)) {
      return Optional.empty();
    }
    List<E> items = new ArrayList<>();
    int room = maxItemBytes;
    while (!waiting.isEmpty()) {
      room -= bytes.applyAsInt(waiting.peek());
      if (room < 0 && !items.isEmpty()) {
        break;
      }
      items.add(waiting.remove());
    }
    toldEnd = isDone && waiting.isEmpty();
    return Optional.of(form.of(items, metrics));
  }

  @Override
  public synchronized Coverage coverage() {
    return coverage;
  }

  @Override
  public void close() {
    // The query ends with advance.
  }
}
