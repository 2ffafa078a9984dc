package io.tempo4j.query.scan;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ValueType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates tests over whole columns: loops over primitive arrays that set one bit per row.
 *
 * <p>Each kernel adds the rows whose value passes to a selection over the column's table.
 */
public final class ColumnScan {

  private static final byte UNKNOWN = 0;
  private static final byte FAILS = 1;
  private static final byte PASSES = 2;

  private ColumnScan() {}

  /** A test of decoded values; null is a value without content. */
  @FunctionalInterface
  public interface AnyTest {
    boolean test(@Nullable Value value);
  }

  /** Adds the rows of {@code column} that pass. A null column has none. */
  public static void scan(ValueTest test, @Nullable Column column, ValueType type, Selection into)
      throws IOException {
    switch (column) {
      case null -> {}
      case LongColumn longs -> longs(test, longs, into);
      case DoubleColumn doubles -> doubles(test, doubles, into);
      case BoolColumn bools -> bools(test, bools, into);
      case StringColumn any when type == ValueType.ANY -> any(any, test::test, into);
      case StringColumn strings -> strings(test, strings, into);
      case IntColumn ints -> throw new IllegalArgumentException("no attribute is SMALL");
    }
  }

  /** Adds every row that has a value. */
  public static void rows(Column column, Selection into) {
    int[] rows = column.rows();
    if (rows == null) {
      into.addRange(0, column.size());
      return;
    }
    long[] words = into.words();
    for (int i = 0, size = column.size(); i < size; i++) {
      words[rows[i] >>> 6] |= 1L << rows[i];
    }
  }

  private static void longs(ValueTest test, LongColumn column, Selection into) {
    if (test.hasLongInterval()) {
      interval(
          column.values(),
          column.size(),
          column.rows(),
          test.lowestLong(),
          test.highestLong(),
          test.isInverted(),
          into);
      return;
    }
    long[] values = column.values();
    for (int i = 0, size = column.size(); i < size; i++) {
      if (test.test(values[i])) {
        into.add(column.row(i));
      }
    }
  }

  /** Adds the rows of a column with a value in each that pass. */
  static void allLongs(ValueTest test, long[] values, Selection into) {
    if (test.hasLongInterval()) {
      interval(
          values,
          into.size(),
          null,
          test.lowestLong(),
          test.highestLong(),
          test.isInverted(),
          into);
      return;
    }
    for (int row = 0; row < into.size(); row++) {
      if (test.test(values[row])) {
        into.add(row);
      }
    }
  }

  /** Adds the rows whose value lies in {@code low .. high}, or outside if inverted. */
  public static void interval(
      long[] values,
      int size,
      int @Nullable [] rows,
      long low,
      long high,
      boolean isInverted,
      Selection into) {
    long[] words = into.words();
    if (rows == null) {
      for (int base = 0; base < size; base += 64) {
        int end = Math.min(size, base + 64);
        long word = 0;
        for (int i = base; i < end; i++) {
          long value = values[i];
          word |= ((value >= low && value <= high) != isInverted ? 1L : 0L) << i;
        }
        words[base >>> 6] |= word;
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      long value = values[i];
      if ((value >= low && value <= high) != isInverted) {
        words[rows[i] >>> 6] |= 1L << rows[i];
      }
    }
  }

  /** Adds the rows whose value is {@code wanted}, or is not if inverted. */
  public static void equal(int[] values, int size, int wanted, boolean isInverted, Selection into) {
    long[] words = into.words();
    for (int base = 0; base < size; base += 64) {
      int end = Math.min(size, base + 64);
      long word = 0;
      for (int i = base; i < end; i++) {
        word |= (values[i] == wanted ? 1L : 0L) << i;
      }
      if (isInverted) {
        word = ~word & (end - base == 64 ? -1L : (1L << (end - base)) - 1);
      }
      words[base >>> 6] |= word;
    }
  }

  private static void doubles(ValueTest test, DoubleColumn column, Selection into) {
    double low = test.lowestDouble();
    double high = test.highestDouble();
    boolean isInverted = test.isInverted();
    double[] values = column.values();
    for (int i = 0, size = column.size(); i < size; i++) {
      double value = values[i];
      if ((value >= low && value <= high) != isInverted) {
        into.add(column.row(i));
      }
    }
  }

  private static void bools(ValueTest test, BoolColumn column, Selection into) {
    boolean passesTrue = test.test(new Value.Bool(true));
    boolean passesFalse = test.test(new Value.Bool(false));
    boolean[] values = column.values();
    for (int i = 0, size = column.size(); i < size; i++) {
      if (values[i] ? passesTrue : passesFalse) {
        into.add(column.row(i));
      }
    }
  }

  public static void strings(ValueTest test, StringColumn column, Selection into) {
    Dictionary dictionary = column.dictionary();
    int[] codes = column.codes();
    if (test.equalTo() instanceof Value.Text text && equal(text.utf8(), column, into)) {
      return;
    }
    if (codes == null) {
      for (int i = 0, size = column.size(); i < size; i++) {
        if (test.test(dictionary.bytes(i), dictionary.offset(i), dictionary.length(i))) {
          into.add(column.row(i));
        }
      }
      return;
    }
    byte[] verdicts = new byte[dictionary.size()];
    for (int i = 0, size = column.size(); i < size; i++) {
      int code = codes[i];
      byte verdict = verdicts[code];
      if (verdict == UNKNOWN) {
        verdict =
            test.test(dictionary.bytes(code), dictionary.offset(code), dictionary.length(code))
                ? PASSES
                : FAILS;
        verdicts[code] = verdict;
      }
      if (verdict == PASSES) {
        into.add(column.row(i));
      }
    }
  }

  /** Looks for the text, not at the values; false if that would be more work. */
  private static boolean equal(byte[] text, StringColumn column, Selection into) {
    Dictionary dictionary = column.dictionary();
    int[] codes = column.codes();
    if (codes == null) {
      for (int i = 0, size = column.size(); i < size; i++) {
        if (dictionary.equalTo(i, text)) {
          into.add(column.row(i));
        }
      }
      return true;
    }
    boolean isSorted = dictionary.order() == Dictionary.Order.SORTED;
    if (!isSorted && dictionary.size() > column.size()) {
      return false; // a head's, with the texts of all columns
    }
    int code = dictionary.find(text);
    if (code < 0) {
      return true;
    }
    if (dictionary.order() == Dictionary.Order.NONE) {
      return false; // there may be others that are equal
    }
    codes(codes, column, code, into);
    return true;
  }

  private static void codes(int[] codes, StringColumn column, int wanted, Selection into) {
    int[] rows = column.rows();
    if (rows == null) {
      equal(codes, column.size(), wanted, false, into);
      return;
    }
    long[] words = into.words();
    for (int i = 0, size = column.size(); i < size; i++) {
      if (codes[i] == wanted) {
        words[rows[i] >>> 6] |= 1L << rows[i];
      }
    }
  }

  /** Adds the rows whose value, decoded once per dictionary entry, passes. */
  public static void any(StringColumn column, AnyTest test, Selection into) throws IOException {
    Dictionary dictionary = column.dictionary();
    byte[] verdicts = new byte[dictionary.size()];
    for (int i = 0, size = column.size(); i < size; i++) {
      int code = column.code(i);
      if (verdicts[code] == UNKNOWN) {
        verdicts[code] = test.test(TableView.anyValue(dictionary, code)) ? PASSES : FAILS;
      }
      if (verdicts[code] == PASSES) {
        into.add(column.row(i));
      }
    }
  }
}
