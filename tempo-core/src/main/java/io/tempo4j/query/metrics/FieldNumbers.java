package io.tempo4j.query.metrics;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.query.scan.FieldValues;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.TableView;
import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.StaticType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The numeric values of a field for batches of spans: as they are for calculations, or as powers of
 * two for histograms. What is no number is NaN, or has no power.
 */
final class FieldNumbers {

  /** The power of a value that belongs to no bucket. */
  static final int NO_POWER = -1;

  /** Added to powers of two, which may be negative for fractions. */
  static final int POWER_BIAS = 1100;

  /** The largest biased power. */
  static final int MAX_POWER = POWER_BIAS + 1024;

  private static final double NANOS_PER_SECOND = 1e9;

  private final FieldExpression.Reference field;

  FieldNumbers(FieldExpression.Reference field) {
    this.field = field;
  }

  /** Durations are numbers of nanoseconds in columns and of seconds in results. */
  boolean isDuration() {
    return field instanceof FieldExpression.IntrinsicField intrinsic
        && intrinsic.intrinsic().type() == StaticType.DURATION;
  }

  private boolean isSpanDuration() {
    return field instanceof FieldExpression.IntrinsicField intrinsic
        && intrinsic.intrinsic() == Intrinsic.SPAN_DURATION;
  }

  /** Writes the value of each span, NaN for none. */
  void values(GroupView group, Batch batch, double[] into) throws IOException {
    if (isSpanDuration()) {
      long[] durations = group.spans().longs(Fields.SPAN_DURATION);
      int[] rows = batch.rows();
      for (int i = 0, count = batch.count(); i < count; i++) {
        into[i] = Math.max(0, durations[rows[i]]) / NANOS_PER_SECOND;
      }
      return;
    }
    visit(
        group,
        batch,
        new Sink() {
          @Override
          public void none(int count) {
            Arrays.fill(into, 0, count, Double.NaN);
          }

          @Override
          public void integer(int i, long value) {
            into[i] = value;
          }

          @Override
          public void real(int i, double value) {
            into[i] = value;
          }
        });
    if (isDuration()) {
      for (int i = 0; i < batch.count(); i++) {
        into[i] /= NANOS_PER_SECOND;
      }
    }
  }

  /**
   * Writes for each span the biased exponent of the smallest power of two that is not less than its
   * value, or {@link #NO_POWER}. Integers below 2 have none, as in Tempo, nor have fractions that
   * are not positive.
   */
  void powers(GroupView group, Batch batch, int[] into) throws IOException {
    if (isSpanDuration()) {
      // Without a value made for each span, which a process that just started would wait for.
      long[] durations = group.spans().longs(Fields.SPAN_DURATION);
      int[] rows = batch.rows();
      for (int i = 0, count = batch.count(); i < count; i++) {
        into[i] = powerOf(durations[rows[i]]);
      }
      return;
    }
    visit(
        group,
        batch,
        new Sink() {
          @Override
          public void none(int count) {
            Arrays.fill(into, 0, count, NO_POWER);
          }

          @Override
          public void integer(int i, long value) {
            into[i] = powerOf(value);
          }

          @Override
          public void real(int i, double value) {
            into[i] = powerOf(value);
          }
        });
  }

  static int powerOf(long value) {
    return value < 2 ? NO_POWER : POWER_BIAS + 64 - Long.numberOfLeadingZeros(value - 1);
  }

  static int powerOf(double value) {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      return NO_POWER;
    }
    int exponent = Math.getExponent(value);
    if (exponent < Double.MIN_EXPONENT) {
      // Subnormal: the exponent is that of the leading bit of the fraction.
      long bits = Double.doubleToRawLongBits(value);
      int top = 63 - Long.numberOfLeadingZeros(bits);
      return POWER_BIAS + top - 1074 + (Long.bitCount(bits) == 1 ? 0 : 1);
    }
    boolean isPower = (Double.doubleToRawLongBits(value) & 0xF_FFFF_FFFF_FFFFL) == 0;
    return POWER_BIAS + exponent + (isPower ? 0 : 1);
  }

  /** The value of one span, NaN for none. */
  double value(GroupView group, int row) throws IOException {
    List<Value> all = new FieldValues(group).values(field, row);
    double number =
        switch (all.isEmpty() ? null : all.get(0)) {
          case Value.Int integer -> integer.value();
          case Value.Real real -> real.value();
          case null, default -> Double.NaN;
        };
    return isDuration() ? number / NANOS_PER_SECOND : number;
  }

  /** The upper bound of a bucket in the unit of results. */
  double boundOf(int biasedPower) {
    double bound = Math.pow(2, biasedPower - POWER_BIAS);
    return isDuration() ? bound / NANOS_PER_SECOND : bound;
  }

  /** Takes the values of spans. */
  private interface Sink {
    /** The first {@code count} spans have no value unless told otherwise. */
    void none(int count);

    void integer(int i, long value);

    void real(int i, double value);
  }

  private void visit(GroupView group, Batch batch, Sink sink) throws IOException {
    TableView spans = group.spans();
    sink.none(batch.count());
    if (field instanceof FieldExpression.Attribute attribute
        && attribute.scope() == AttributeScope.SPAN
        && !spans.hasOverflow()) {
      Column integers =
          spans.column(ColumnKey.attribute(Table.SPAN, attribute.name(), ValueType.INT));
      if (integers instanceof LongColumn longs) {
        long[] values = longs.values();
        ColumnPairs.forEach(longs, batch, (i, index) -> sink.integer(i, values[index]));
      }
      Column fractions =
          spans.column(ColumnKey.attribute(Table.SPAN, attribute.name(), ValueType.DOUBLE));
      if (fractions instanceof DoubleColumn doubles) {
        double[] values = doubles.values();
        ColumnPairs.forEach(doubles, batch, (i, index) -> sink.real(i, values[index]));
      }
      return;
    }
    FieldValues values = new FieldValues(group);
    for (int i = 0; i < batch.count(); i++) {
      List<Value> all = values.values(field, batch.rows()[i]);
      if (!all.isEmpty()) {
        switch (all.get(0)) {
          case Value.Int number -> sink.integer(i, number.value());
          case Value.Real number -> sink.real(i, number.value());
          default -> {}
        }
      }
    }
  }
}
