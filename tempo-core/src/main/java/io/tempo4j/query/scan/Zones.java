package io.tempo4j.query.scan;

import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.traceql.ComparisonOperator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What bounds of a column say about a test, before the column is read. */
public final class Zones {

  private Zones() {}

  /** False only if no value of the column can pass; a null zone is a column without values. */
  public static boolean mayPass(ValueTest test, ValueType type, @Nullable ZoneMap zone) {
    if (zone == null || !test.accepts(type)) {
      return false;
    }
    if (!zone.hasBounds()) {
      return true;
    }
    return switch (type) {
      case INT -> longs(test, zone);
      case DOUBLE -> doubles(test, zone);
      case BOOL -> zone.min() != zone.max() || test.test(new Value.Bool(zone.min() != 0));
      case STRING -> test.isRegex() || texts(test, zone);
      case ANY, SMALL -> true;
    };
  }

  /** Whether some integer between the bounds may pass. */
  public static boolean longs(ValueTest test, ZoneMap zone) {
    if (test.isInverted()) {
      return zone.min() != zone.max() || test.test(zone.min());
    }
    if (test.hasLongInterval()) {
      return zone.min() <= test.highestLong() && zone.max() >= test.lowestLong();
    }
    return (double) zone.min() <= test.highestDouble()
        && (double) zone.max() >= test.lowestDouble();
  }

  private static boolean doubles(ValueTest test, ZoneMap zone) {
    // NaN lies outside every bound and passes every test for inequality.
    return test.isInverted()
        || (Double.longBitsToDouble(zone.min()) <= test.highestDouble()
            && Double.longBitsToDouble(zone.max()) >= test.lowestDouble());
  }

  private static boolean texts(ValueTest test, ZoneMap zone) {
    if (!(test.constant() instanceof Value.Text constant)) {
      return false;
    }
    ComparisonOperator operator = test.operator();
    byte[] text = constant.utf8();
    byte[] min = zone.minBytes();
    byte[] max = zone.maxBytes();
    boolean fitsBelow = min == null || Arrays.compareUnsigned(min, text) <= 0;
    boolean fitsAbove = max == null || Arrays.compareUnsigned(max, text) >= 0;
    return switch (operator) {
      case EQUAL -> fitsBelow && fitsAbove;
      case LESS, LESS_OR_EQUAL -> fitsBelow;
      case GREATER, GREATER_OR_EQUAL -> fitsAbove;
      case NOT_EQUAL, MATCHES, NOT_MATCHES -> true;
    };
  }
}
