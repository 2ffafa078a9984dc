package io.tempo4j.server.grpc;

import com.google.protobuf.MessageLite;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsProgress;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.server.messages.MetricsMessages;
import io.tempo4j.server.messages.SearchMessages;
import io.tempo4j.server.messages.SeriesPart;
import io.tempo4j.server.tempopb.SearchMetrics;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The answer of a metrics query: what the series have gained since the last message, and at the end
 * what was missing.
 *
 * <p>Series are made of what was counted when the client has everything of the last time, and for a
 * small part of the time; a client that is slow gets larger steps. A query whose intermediate
 * series would mislead, such as the largest so far, tells nothing but how far it is before its end.
 *
 * @param <S> the message of a series
 * @param <M> a message of the answer
 */
final class MetricsSource<S extends MessageLite, M extends MessageLite> implements AnswerSource<M> {

  /** Runs from beginning to end. */
  interface Query {
    MetricsResult run(MetricsListener listener) throws IOException;
  }

  /** With so many times fewer values of a series it takes about half a message. */
  private static final int BYTES_PER_POINT = 64;

  /** What a message may have besides its series. */
  private static final int REST_BYTES = 1 << 10;

  /** Series are made so seldom that it takes no more than a tenth of the time. */
  private static final int PAUSE_FACTOR = 9;

  private final Query query;
  private final MetricsMessages.Form<S, M> form;
  private final LongSupplier nanoClock;
  private final boolean isGrowing;
  private final int maxMessageBytes;
  private long nextSnapshotNanos;

  // What is between the query's thread and the client's, under the monitor of this.
  private final SeriesChanges changes = new SeriesChanges();
  private TimeAxis axis = new TimeAxis(0, 1, 1);
  private Optional<S> next = Optional.empty();
  private boolean isWanted;
  private SearchMetrics metrics = SearchMetrics.getDefaultInstance();
  private String incomplete = "";
  private Coverage coverage = Coverage.COMPLETE;
  private SearchMetrics toldMetrics = metrics;
  private boolean isDone;
  private boolean toldEnd;

  private MetricsSource(
      Query query,
      MetricsMessages.Form<S, M> form,
      LongSupplier nanoClock,
      boolean isGrowing,
      int maxMessageBytes) {
    this.query = query;
    this.form = form;
    this.nanoClock = nanoClock;
    this.isGrowing = isGrowing;
    this.maxMessageBytes = maxMessageBytes;
    this.nextSnapshotNanos = nanoClock.getAsLong();
  }

  /**
   * A source.
   *
   * @param text the query's text
   * @param query runs it
   * @param maxMessageBytes the largest message
   * @throws io.tempo4j.traceql.TraceQlException if the text is no TraceQL
   */
  static <S extends MessageLite, M extends MessageLite> MetricsSource<S, M> of(
      String text,
      Query query,
      MetricsMessages.Form<S, M> form,
      LongSupplier nanoClock,
      int maxMessageBytes) {
    // Series of one function alone are never taken back by what other sources add.
    boolean isGrowing =
        TraceQl.parse(text).statement() instanceof MetricsExpression.OfPipeline counted
            && !(counted.function() instanceof MetricsFunction.Compare);
    return new MetricsSource<>(query, form, nanoClock, isGrowing, maxMessageBytes);
  }

  @Override
  public boolean advance() throws IOException {
    MetricsResult result = query.run(this::onProgress);
    synchronized (this) {
      axis = result.axis();
      changes.beginLast(result);
      int sources = result.stats().sources();
      metrics = metrics(result.stats(), sources, sources);
      incomplete = MetricsMessages.incomplete(result);
      coverage = result.coverage();
      isDone = true;
    }
    return false;
  }

  private void onProgress(MetricsProgress progress) {
    boolean isSnapshot;
    synchronized (this) {
      metrics =
          metrics.toBuilder()
              .setTotalBlocks(progress.totalSources())
              .setTotalJobs(progress.totalSources())
              .setCompletedJobs(progress.completedSources())
              .build();
      isSnapshot = isGrowing && isWanted && nanoClock.getAsLong() - nextSnapshotNanos >= 0;
    }
    if (isSnapshot) {
      long began = nanoClock.getAsLong();
      MetricsResult soFar = progress.result();
      long took = nanoClock.getAsLong() - began;
      nextSnapshotNanos = began + took + PAUSE_FACTOR * took;
      synchronized (this) {
        axis = soFar.axis();
        // Which series are left out in the end is not known before.
        if (!soFar.isTruncated()) {
          changes.begin(soFar);
        }
        metrics = metrics(soFar.stats(), progress.completedSources(), progress.totalSources());
        isWanted = false;
      }
    }
  }

  private static SearchMetrics metrics(QueryStats stats, int completed, int total) {
    return SearchMessages.done(stats).toBuilder()
        .setTotalBlocks(total)
        .setTotalJobs(total)
        .setCompletedJobs(completed)
        .build();
  }

  @Override
  public boolean isFull() {
    return false;
  }

  @Override
  public synchronized Optional<M> poll() {
    List<S> series = new ArrayList<>();
    int room = maxMessageBytes - REST_BYTES;
    while (nextSeries()) {
      int size = MessageSizes.within(next.get());
      if (size > room && !series.isEmpty()) {
        break;
      }
      room -= size;
      series.add(next.get());
      next = Optional.empty();
    }
    boolean isAll = next.isEmpty();
    isWanted = isAll && !isDone;
    boolean isEnd = isAll && isDone;
    if (series.isEmpty() && (isEnd ? toldEnd : metrics.equals(toldMetrics))) {
      return Optional.empty();
    }
    toldMetrics = metrics;
    toldEnd = isEnd;
    return Optional.of(form.answer(series, metrics, incomplete));
  }

  /** Whether there is a message of a series to be sent next. */
  private boolean nextSeries() {
    if (next.isEmpty()) {
      Optional<SeriesPart> part = changes.next(maxMessageBytes / BYTES_PER_POINT);
      next = part.map(some -> form.series(axis, some));
    }
    return next.isPresent();
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
