package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.traceql.FieldExpression;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Computes one function over row groups, one after the other. Not thread-safe. */
final class LeafRun implements RowGroupSink {

  private final LeafPlan plan;
  private final TimeAxis axis;
  private final SeriesPartial partial;
  private final FieldCodes codes;
  private final @Nullable FieldNumbers numbers;
  private final SpanWeights weights;
  private final Batch batch = new Batch();
  private int[] groups = new int[0];
  private int[] next = new int[0];
  private double[] values = new double[0];

  LeafRun(LeafPlan plan, TimeAxis axis, SeriesPartial partial) {
    this.plan = plan;
    this.axis = axis;
    this.partial = partial;
    codes = new FieldCodes(partial.values());
    weights = new SpanWeights(plan.sampling());
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
    weights.fill(group, batch);
    aggregate(group);
    ExemplarOffers.offer(partial.exemplars(), group, batch, new Offered(group));
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
      cells.values(groups, batch.buckets(), values, batch.count(), weights);
    } else if (plan.arity() == 0) {
      cells.count(0, batch.buckets(), batch.count(), weights);
    } else {
      cells.count(groups, batch.buckets(), batch.count(), weights);
    }
  }

  /** The spans of the batch as exemplars. */
  private final class Offered implements ExemplarOffers.Spans {
    private final GroupView group;

    Offered(GroupView group) {
      this.group = group;
    }

    @Override
    public int group(int i) {
      return groups[i];
    }

    @Override
    public double value(int i) throws IOException {
      if (plan.isQuantile()) {
        return plan.requireNumbers().value(group, batch.rows()[i]);
      }
      return numbers == null || plan.isHistogram() ? Double.NaN : values[i];
    }

    @Override
    public boolean mayStand(int i) {
      return numbers == null || plan.isHistogram() || !Double.isNaN(values[i]);
    }
  }
}
