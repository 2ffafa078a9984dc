package io.tempo4j.query.oracle;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A table that is filled cell by cell and then read as columns. */
public final class TestColumns implements ColumnSet {

  /** How string columns are laid out. */
  public enum Strings {
    /** Sorted dictionaries, as blocks have. */
    SORTED,
    /** One unsorted dictionary with foreign entries, as heads have. */
    DISTINCT,
    /** No codes: every value is its own entry. */
    PLAIN
  }

  private final Map<ColumnKey, TreeMap<Integer, Object>> cells = new LinkedHashMap<>();
  private final Map<ColumnKey, Column> columns = new LinkedHashMap<>();
  private int rows;

  public int addRow() {
    return rows++;
  }

  public void put(ColumnKey key, int row, Object value) {
    cells.computeIfAbsent(key, k -> new TreeMap<>()).put(row, value);
  }

  public void seal(Strings strings) {
    cells.forEach((key, values) -> columns.put(key, column(key, values, strings)));
  }

  private Column column(ColumnKey key, TreeMap<Integer, Object> values, Strings strings) {
    int size = values.size();
    int[] at = size == rows ? null : values.keySet().stream().mapToInt(Integer::intValue).toArray();
    List<Object> list = List.copyOf(values.values());
    return switch (key.type()) {
      case SMALL -> new IntColumn(list.stream().mapToInt(v -> (Integer) v).toArray(), size, at);
      case INT -> new LongColumn(list.stream().mapToLong(v -> (Long) v).toArray(), size, at);
      case DOUBLE ->
          new DoubleColumn(list.stream().mapToDouble(v -> (Double) v).toArray(), size, at);
      case BOOL -> {
        boolean[] bools = new boolean[size];
        for (int i = 0; i < size; i++) {
          bools[i] = (Boolean) list.get(i);
        }
        yield new BoolColumn(bools, size, at);
      }
      case STRING, ANY -> strings(list.stream().map(v -> (byte[]) v).toList(), at, strings);
    };
  }

  private static StringColumn strings(List<byte[]> values, int[] at, Strings layout) {
    if (layout == Strings.PLAIN) {
      return new StringColumn(null, dictionary(values, Dictionary.Order.NONE), values.size(), at);
    }
    TreeSet<byte[]> distinct = new TreeSet<>(Arrays::compareUnsigned);
    distinct.addAll(values);
    if (layout == Strings.DISTINCT) {
      distinct.add("an entry of another column".getBytes());
    }
    List<byte[]> entries =
        List.copyOf(layout == Strings.SORTED ? distinct : distinct.descendingSet());
    int[] codes =
        values.stream()
            .mapToInt(value -> {
              int code = 0;
              while (!Arrays.equals(entries.get(code), value)) {
                code++;
              }
              return code;
            })
            .toArray();
    Dictionary.Order order =
        layout == Strings.SORTED ? Dictionary.Order.SORTED : Dictionary.Order.DISTINCT;
    return new StringColumn(codes, dictionary(entries, order), values.size(), at);
  }

  private static Dictionary dictionary(List<byte[]> entries, Dictionary.Order order) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] offsets = new int[entries.size() + 1];
    for (int i = 0; i < entries.size(); i++) {
      bytes.writeBytes(entries.get(i));
      offsets[i + 1] = bytes.size();
    }
    return new Dictionary(bytes.toByteArray(), offsets, entries.size(), order);
  }

  @Override
  public int rowCount() {
    return rows;
  }

  @Override
  public Collection<ColumnKey> keys() {
    return columns.keySet();
  }

  @Override
  public ZoneMap zone(ColumnKey key) {
    Column column = columns.get(key);
    if (column == null) {
      return null;
    }
    int size = column.size();
    return switch (column) {
      case LongColumn c -> {
        long[] v = Arrays.copyOf(c.values(), size);
        Arrays.sort(v);
        yield ZoneMap.ofLongs(size, v[0], v[size - 1]);
      }
      case IntColumn c -> {
        int[] v = Arrays.copyOf(c.values(), size);
        Arrays.sort(v);
        yield ZoneMap.ofLongs(size, v[0], v[size - 1]);
      }
      case DoubleColumn c -> {
        double[] v = Arrays.stream(c.values(), 0, size).filter(d -> !Double.isNaN(d)).toArray();
        Arrays.sort(v);
        yield v.length == 0
            ? ZoneMap.unbounded(size)
            : ZoneMap.ofLongs(
                size,
                Double.doubleToRawLongBits(v[0]),
                Double.doubleToRawLongBits(v[v.length - 1]));
      }
      case BoolColumn c -> {
        long min = 1;
        long max = 0;
        for (int i = 0; i < size; i++) {
          min = Math.min(min, c.values()[i] ? 1 : 0);
          max = Math.max(max, c.values()[i] ? 1 : 0);
        }
        yield ZoneMap.ofLongs(size, min, max);
      }
      case StringColumn c -> {
        if (key.type() == ValueType.ANY) {
          yield ZoneMap.unbounded(size);
        }
        byte[] min = null;
        byte[] max = null;
        for (int i = 0; i < size; i++) {
          Dictionary d = c.dictionary();
          int offset = d.offset(c.code(i));
          byte[] v = Arrays.copyOfRange(d.bytes(c.code(i)), offset, offset + d.length(c.code(i)));
          min = min == null || Arrays.compareUnsigned(v, min) < 0 ? v : min;
          max = max == null || Arrays.compareUnsigned(v, max) > 0 ? v : max;
        }
        // Truncated as the format truncates: a prefix of the minimum is a lower bound.
        byte[] lower = min.length > 3 ? Arrays.copyOf(min, 3) : min;
        yield new ZoneMap(size, true, 0, 0, lower, max.length > 8 ? null : max);
      }
    };
  }

  @Override
  public Column read(ColumnKey key) {
    return columns.get(key);
  }
}
