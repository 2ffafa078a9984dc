package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.traceql.FieldExpression;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Computes one function over row groups, one after the other. Not thread-safe. */
final class LeafRun implements RowGroupSink {

  private static final int OFFERS_PER_SLOT = 4;

  private final LeafPlan plan;
  private final TimeAxis axis;
  private final SeriesPartial partial;
  private final FieldCodes codes;
  private final @Nullable FieldNumbers numbers;
  private final double weight;
  private final Batch batch = new Batch();
  private int[] groups = new int[0];
  private int[] next = new int[0];
  private double[] values = new double[0];

  LeafRun(LeafPlan plan, TimeAxis axis, SeriesPartial partial) {
    this.plan = plan;
    this.axis = axis;
    this.partial = partial;
    codes = new FieldCodes(partial.values());
    weight = plan.sampling().weight();
    numbers = plan.field() == null ? null : plan.requireNumbers();
  }

  @Override
  public int take(GroupView group, @Nullable Selection selection) throws IOException {
    batch.fill(group.spans().longs(Fields.SPAN_START), group.spans().rowCount(), selection, axis);
    if (batch.count() == 0) {
      return 0;
    }
    if (groups.length < batch.count()) {
      groups = new int[group.spans().rowCount()];
      next = new int[groups.length];
      values = numbers == null ? values : new double[groups.length];
    }
    int taken = batch.count();
    plan.sampling().apply(group, batch, next);
    if (plan.isHistogram()) {
      byPower(group);
    } else {
      Arrays.fill(groups, 0, batch.count(), 0);
    }
    int level = plan.isHistogram() ? 1 : 0;
    for (FieldExpression.Reference field : plan.groupBy()) {
      codes.codes(group, field, batch, next);
      partial.groups().descend(level++, groups, next, batch.count());
    }
    aggregate(group);
    offerExemplars(group);
    return taken;
  }

  /** Drops spans that belong to no bucket of a histogram, and groups the others by theirs. */
  private void byPower(GroupView group) throws IOException {
    plan.requireNumbers().powers(group, batch, next);
    batch.retain(next, FieldNumbers.NO_POWER);
    Arrays.fill(groups, 0, batch.count(), 0);
    partial.groups().descend(0, groups, next, batch.count());
  }

  private void aggregate(GroupView group) throws IOException {
    Cells cells = partial.cells();
    cells.ensureGroups(partial.groups().size());
    if (numbers != null && !plan.isHistogram()) {
      numbers.values(group, batch, values);
      cells.values(groups, batch.buckets(), values, batch.count(), weight);
    } else if (plan.arity() == 0) {
      cells.count(0, batch.buckets(), batch.count(), weight);
    } else {
      cells.count(groups, batch.buckets(), batch.count(), weight);
    }
  }

  /** Offers a part of the spans, evenly spread, so that it costs little however many there are. */
  private void offerExemplars(GroupView group) throws IOException {
    ExemplarSlots slots = partial.exemplars();
    if (slots.count() == 0 || batch.count() == 0) {
      return;
    }
    boolean hasValues = numbers != null && (plan.isQuantile() || !plan.isHistogram());
    long[] starts = group.spans().longs(Fields.SPAN_START);
    int step = Math.max(1, batch.count() / (OFFERS_PER_SLOT * slots.count()));
    for (int i = 0; i < batch.count(); i += step) {
      int row = batch.rows()[i];
      double value =
          !hasValues
              ? Double.NaN
              : plan.isQuantile() ? plan.requireNumbers().value(group, row) : values[i];
      if (slots.mayTake(starts[row]) && (!hasValues || !Double.isNaN(value))) {
        TraceId trace = group.traceId(group.traceOf(row));
        long spanId = group.spans().longs(Fields.SPAN_ID)[row];
        slots.offer(groups[i], trace.high(), trace.low(), spanId, starts[row], value);
      }
    }
  }
}
