package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import java.io.IOException;

/** Offers spans of batches as exemplars. */
final class ExemplarOffers {

  private static final int OFFERS_PER_SLOT = 4;

  /** What is known of the spans of a batch by their places there. */
  interface Spans {
    int group(int i);

    /** Whether a span has what the function takes. */
    boolean mayStand(int i);

    /** The value of a span; NaN if the function takes none. */
    double value(int i) throws IOException;
  }

  private ExemplarOffers() {}

  /** Offers a part of the spans, evenly spread, so that it costs little however many there are. */
  static void offer(ExemplarSlots slots, GroupView group, Batch batch, Spans spans)
      throws IOException {
    if (slots.count() == 0 || batch.count() == 0) {
      return;
    }
    long[] starts = group.spans().longs(Fields.SPAN_START);
    int step = Math.max(1, batch.count() / (OFFERS_PER_SLOT * slots.count()));
    for (int i = 0; i < batch.count(); i += step) {
      int row = batch.rows()[i];
      if (slots.mayTake(starts[row]) && spans.mayStand(i)) {
        TraceId trace = group.traceId(group.traceOf(row));
        long spanId = group.spans().longs(Fields.SPAN_ID)[row];
        slots.offer(spans.group(i), trace.high(), trace.low(), spanId, starts[row], spans.value(i));
      }
    }
  }
}
