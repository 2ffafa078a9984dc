package io.tempo4j.head;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ZoneMap;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a {@link TupleState} as columns.
 *
 * <p>A column is gathered when it is read, and kept if the holdings have room for it.
 */
final class TupleView implements ColumnSet {

  private final TupleState state;
  private final Dictionary dictionary;
  private final int[] headRows;
  private final int count;
  private final Map<ColumnKey, Supplied> required = new LinkedHashMap<>();
  private final Map<ColumnKey, Column> gathered = new ConcurrentHashMap<>();
  private final ViewHoldings holdings;
  private @Nullable ValuePlaces places;

  /** Makes a required column when it is asked for. */
  @FunctionalInterface
  interface Supplied {
    Column gather();
  }

  TupleView(
      TupleState state, Dictionary dictionary, int[] headRows, int count, ViewHoldings holdings) {
    this.state = state;
    this.dictionary = dictionary;
    this.headRows = headRows;
    this.count = count;
    this.holdings = holdings;
  }

  /** Adds a column that does not come from the tuples; only before the view is shared. */
  TupleView with(ColumnKey key, Supplied column) {
    required.put(key, column);
    return this;
  }

  @Override
  public int rowCount() {
    return count;
  }

  @Override
  public Collection<ColumnKey> keys() {
    Map<ColumnKey, Boolean> keys = new LinkedHashMap<>();
    if (count > 0) {
      required.keySet().forEach(key -> keys.put(key, true));
    }
    places().keys().forEach(key -> keys.put(key, true));
    return keys.keySet();
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    if (count > 0 && required.containsKey(key)) {
      return ZoneMap.unbounded(count);
    }
    int values = places().count(key);
    return values == 0 ? null : ZoneMap.unbounded(values);
  }

  @Override
  public @Nullable Column read(ColumnKey key) {
    Column known = gathered.get(key);
    if (known != null) {
      return known;
    }
    Column column = null;
    Supplied supplied = required.get(key);
    if (supplied != null) {
      column = count == 0 ? null : supplied.gather();
    } else {
      ValuePlaces.Places found = places().of(key);
      if (found != null) {
        column = gather(key, found);
      }
    }
    if (column != null && holdings.keep(column.heapBytes()) && gathered.put(key, column) != null) {
      holdings.release(column.heapBytes()); // two gathered it at once
    }
    return column;
  }

  @Override
  public boolean isKept(ColumnKey key) {
    return gathered.containsKey(key);
  }

  private Column gather(ColumnKey key, ValuePlaces.Places found) {
    int size = found.rows().length;
    int[] rows = size == count ? null : found.rows();
    long[][] values = state.values();
    return switch (key.type()) {
      case STRING, ANY -> {
        int[] codes = new int[size];
        for (int i = 0; i < size; i++) {
          codes[i] = (int) LongPages.at(values, found.values()[i]);
        }
        yield new StringColumn(codes, dictionary, size, rows);
      }
      case INT, SMALL -> {
        long[] longs = new long[size];
        for (int i = 0; i < size; i++) {
          longs[i] = LongPages.at(values, found.values()[i]);
        }
        yield new LongColumn(longs, size, rows);
      }
      case DOUBLE -> {
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
          doubles[i] = Double.longBitsToDouble(LongPages.at(values, found.values()[i]));
        }
        yield new DoubleColumn(doubles, size, rows);
      }
      case BOOL -> {
        boolean[] bools = new boolean[size];
        for (int i = 0; i < size; i++) {
          bools[i] = LongPages.at(values, found.values()[i]) != 0;
        }
        yield new BoolColumn(bools, size, rows);
      }
    };
  }

  private synchronized ValuePlaces places() {
    if (places == null) {
      places = new ValuePlaces(state, headRows, count, holdings);
    }
    return places;
  }
}
