package io.tempo4j.query.scan;

import io.tempo4j.traceql.ComparisonOperator;
import org.jspecify.annotations.Nullable;

/** Tests of columns of ids. */
final class IdScan {

  private IdScan() {}

  /** Adds the rows whose span id passes. */
  static void spans(ValueTest test, long[] ids, Selection into) {
    Value.@Nullable Id wanted = wanted(test, 2 * Long.BYTES);
    if (!isEquality(test)) {
      for (int row = 0; row < into.size(); row++) {
        if (test.test(Value.Id.ofSpan(ids[row]))) {
          into.add(row);
        }
      }
    } else if (wanted != null) {
      ColumnScan.interval(
          ids, into.size(), null, wanted.low(), wanted.low(), test.isInverted(), into);
    } else if (test.isInverted()) {
      into.addRange(0, into.size());
    }
  }

  /** Adds the rows whose trace id passes. */
  static void traces(ValueTest test, long[] high, long[] low, Selection into) {
    Value.@Nullable Id wanted = wanted(test, 4 * Long.BYTES);
    boolean isEquality = isEquality(test);
    for (int row = 0; row < into.size(); row++) {
      boolean passes =
          isEquality
              ? (wanted != null && high[row] == wanted.high() && low[row] == wanted.low())
                  != test.isInverted()
              : test.test(Value.Id.ofTrace(high[row], low[row]));
      if (passes) {
        into.add(row);
      }
    }
  }

  private static boolean isEquality(ValueTest test) {
    return test.constant() instanceof Value.Text
        && !test.isRegex()
        && (test.operator() == ComparisonOperator.EQUAL
            || test.operator() == ComparisonOperator.NOT_EQUAL);
  }

  private static Value.@Nullable Id wanted(ValueTest test, int digits) {
    return test.constant() instanceof Value.Text text ? Value.Id.parse(text, digits) : null;
  }
}
