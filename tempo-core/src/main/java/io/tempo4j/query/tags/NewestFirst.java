package io.tempo4j.query.tags;

import io.tempo4j.column.SpanSource;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which sources are read: an answer that may not have everything has what is recent,
 * and the same things again when it is asked for again.
 */
final class NewestFirst {

  private static final Comparator<SpanSource> ORDER =
      Comparator.comparing(SpanSource::maxEndNanos, Long::compareUnsigned)
          .thenComparing(SpanSource::minStartNanos, Long::compareUnsigned)
          .reversed()
          .thenComparing(SpanSource::name);

  private NewestFirst() {}

  static List<SpanSource> of(List<? extends SpanSource> sources) {
    return sources.stream().map(source -> (SpanSource) source).sorted(ORDER).toList();
  }
}
