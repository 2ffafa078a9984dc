package io.tempo4j.query.scan;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.Attribute;
import io.tempo4j.otlp.AnyValueReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One table as one query sees it: keeps the columns that it read, counts them, and gives the values
 * of single rows. Not thread-safe.
 */
public final class TableView implements ColumnSet {

  private static final ValueType[] ATTRIBUTE_TYPES = {
    ValueType.STRING, ValueType.INT, ValueType.DOUBLE, ValueType.BOOL, ValueType.ANY
  };

  private final Table table;
  private final ColumnSet columns;
  private final ReadTally tally;

  // Most views of a query are asked for nothing: their maps are made when something is read.
  private Map<ColumnKey, Column> read = Map.of();
  private Map<String, @Nullable Column[]> attributes = Map.of();
  private long heldBytes;

  /** Bytes of columns that were read for the sake of few rows, since these were let go of. */
  private long fewBytes;

  public TableView(Table table, ColumnSet columns, ReadTally tally) {
    this.table = table;
    this.columns = columns;
    this.tally = tally;
  }

  public Table table() {
    return table;
  }

  /** Lets go of the columns that were read. */
  void release() {
    read = Map.of();
    attributes = Map.of();
    tally.letGo(heldBytes);
    heldBytes = 0;
    letGoOfFew();
  }

  /** Says that the columns of {@link #columnOfFew} are not used any more. */
  public void letGoOfFew() {
    tally.letGo(fewBytes);
    fewBytes = 0;
  }

  @Override
  public int rowCount() {
    return columns.rowCount();
  }

  @Override
  public Collection<ColumnKey> keys() {
    return columns.keys();
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return columns.zone(key);
  }

  @Override
  public List<ColumnKey> keysWithin(int fromRow, int toRow) throws IOException {
    return columns.keysWithin(fromRow, toRow);
  }

  @Override
  public @Nullable Column read(ColumnKey key) throws IOException {
    return column(key);
  }

  @Override
  public @Nullable Column readFew(ColumnKey key, int[] rows, int count) throws IOException {
    return columnOfFew(key, rows, count);
  }

  public @Nullable Column column(ColumnKey key) throws IOException {
    Column known = read.get(key);
    if (known != null) {
      return known;
    }
    long expected = ColumnReads.expectedBytes(columns, key);
    tally.hold(expected);
    Column column = columns.read(key);
    heldBytes += settled(expected, column);
    if (column != null) {
      if (read.isEmpty()) {
        read = new HashMap<>();
      }
      read.put(key, column);
    }
    return column;
  }

  /** Corrects what is held by what a column really takes; returns that. */
  private long settled(long expected, @Nullable Column column) {
    if (column == null) {
      tally.letGo(expected);
      return 0;
    }
    long bytes = column.heapBytes();
    if (bytes > expected) {
      tally.hold(bytes - expected);
    } else {
      tally.letGo(expected - bytes);
    }
    tally.read(bytes);
    return bytes;
  }

  /**
   * A column with the values of few rows at least, see {@link ColumnSet#readFew}; not kept. Its
   * bytes are held until {@link #letGoOfFew}.
   */
  public @Nullable Column columnOfFew(ColumnKey key, int[] rows, int count) throws IOException {
    Column known = read.get(key);
    if (known != null) {
      return known;
    }
    long expected = ColumnReads.expectedBytesOfFew(columns, key, count);
    tally.hold(expected);
    Column column = columns.readFew(key, rows, count);
    fewBytes += settled(expected, column);
    return column;
  }

  public long[] longs(ColumnKey key) throws IOException {
    return column(key) instanceof LongColumn column && column.rows() == null
        ? column.values()
        : absent(key, new long[0]);
  }

  public int[] ints(ColumnKey key) throws IOException {
    return column(key) instanceof IntColumn column && column.rows() == null
        ? column.values()
        : absent(key, new int[0]);
  }

  private <T> T absent(ColumnKey key, T empty) {
    if (rowCount() == 0) {
      return empty;
    }
    throw new IllegalStateException("required column is missing or sparse: " + key);
  }

  /** The attribute columns of {@code key} in the order of {@link ValueType}; null where none is. */
  public @Nullable Column attribute(String key, ValueType type) throws IOException {
    return column(ColumnKey.attribute(table, key, type));
  }

  public @Nullable StringColumn overflow() throws IOException {
    return (StringColumn) column(Fields.overflow(table));
  }

  public boolean hasOverflow() {
    return zone(Fields.overflow(table)) != null;
  }

  /** True if some row may have the attribute. No I/O. */
  public boolean mayHave(String key) {
    for (ValueType type : ATTRIBUTE_TYPES) {
      if (zone(ColumnKey.attribute(table, key, type)) != null) {
        return true;
      }
    }
    return hasOverflow();
  }

  /** The rows that have the attribute. */
  public Selection having(String key) throws IOException {
    Selection rows = Selection.none(rowCount());
    for (ValueType type : ATTRIBUTE_TYPES) {
      Column column = attribute(key, type);
      if (column instanceof StringColumn any && type == ValueType.ANY) {
        ColumnScan.any(any, value -> value != null, rows);
      } else if (column != null) {
        ColumnScan.rows(column, rows);
      }
    }
    addOverflow(key, value -> value != null, rows);
    return rows;
  }

  /** The rows whose attribute passes. */
  public Selection passing(String key, ValueTest test) throws IOException {
    Selection rows = Selection.none(rowCount());
    for (ValueType type : ATTRIBUTE_TYPES) {
      if (!test.accepts(type)) {
        continue;
      }
      ColumnKey column = ColumnKey.attribute(table, key, type);
      if (Zones.mayPass(test, type, zone(column))) {
        ColumnScan.scan(test, column(column), type, rows);
      }
    }
    addOverflow(key, test::test, rows);
    return rows;
  }

  /** Adds the rows whose overflow holds the attribute with such a value. */
  private void addOverflow(String key, ColumnScan.AnyTest test, Selection rows) throws IOException {
    StringColumn overflow = overflow();
    if (overflow == null) {
      return;
    }
    Map<Integer, Boolean> passes = new HashMap<>();
    for (int i = 0; i < overflow.size(); i++) {
      int code = overflow.code(i);
      Boolean known = passes.get(code);
      if (known == null) {
        List<Value> values = new ArrayList<>();
        addOverflowValues(overflow, code, key, values);
        known = values.stream().anyMatch(test::test);
        passes.put(code, known);
      }
      if (known) {
        rows.add(overflow.row(i));
      }
    }
  }

  private @Nullable Column[] attributeColumns(String key) throws IOException {
    @Nullable Column[] known = attributes.get(key);
    if (known == null) {
      known = new @Nullable Column[ATTRIBUTE_TYPES.length];
      for (int i = 0; i < known.length; i++) {
        known[i] = attribute(key, ATTRIBUTE_TYPES[i]);
      }
      if (attributes.isEmpty()) {
        attributes = new HashMap<>();
      }
      attributes.put(key, known);
    }
    return known;
  }

  /**
   * The values of the attribute in {@code row}: none, one, or several where a row repeats a key,
   * which OTLP forbids and senders do.
   */
  public List<Value> attributeValues(String key, int row) throws IOException {
    List<Value> values = List.of();
    @Nullable Column[] candidates = attributeColumns(key);
    for (int i = 0; i < candidates.length; i++) {
      Column column = candidates[i];
      int index = column == null ? -1 : column.indexOf(row);
      if (column != null && index >= 0) {
        Value value = value(column, ATTRIBUTE_TYPES[i], index);
        if (value != null) {
          values = values.isEmpty() ? List.of(value) : appended(values, value);
        }
      }
    }
    StringColumn overflow = overflow();
    int index = overflow == null ? -1 : overflow.indexOf(row);
    if (overflow != null && index >= 0) {
      values = new ArrayList<>(values);
      addOverflowValues(overflow, overflow.code(index), key, values);
    }
    return values;
  }

  private static List<Value> appended(List<Value> values, Value value) {
    List<Value> more = new ArrayList<>(values);
    more.add(value);
    return more;
  }

  /** The text of a field in {@code row}; empty if it has none. */
  public Value.Text text(ColumnKey field, int row) throws IOException {
    Column column = column(field);
    int index = column == null ? -1 : column.indexOf(row);
    return column == null || index < 0
        ? new Value.Text(new byte[0])
        : textAt((StringColumn) column, index);
  }

  private static @Nullable Value value(Column column, ValueType type, int index)
      throws IOException {
    return switch (column) {
      case StringColumn strings when type == ValueType.ANY ->
          anyValue(strings.dictionary(), strings.code(index));
      case StringColumn strings -> textAt(strings, index);
      case LongColumn longs -> new Value.Int(longs.values()[index]);
      case IntColumn ints -> new Value.Int(ints.values()[index]);
      case DoubleColumn doubles -> new Value.Real(doubles.values()[index]);
      case BoolColumn bools -> new Value.Bool(bools.values()[index]);
    };
  }

  private static Value.Text textAt(StringColumn column, int index) {
    Dictionary dictionary = column.dictionary();
    int code = column.code(index);
    int from = dictionary.offset(code);
    return new Value.Text(
        Arrays.copyOfRange(dictionary.bytes(code), from, from + dictionary.length(code)));
  }

  public static @Nullable Value anyValue(Dictionary dictionary, int code) throws IOException {
    int from = dictionary.offset(code);
    return Value.of(
        AnyValueReader.value(dictionary.bytes(code), from, from + dictionary.length(code)));
  }

  /** The keys of the attributes in an entry of an overflow column. */
  public static List<String> overflowKeys(StringColumn overflow, int code) throws IOException {
    return pairs(overflow, code).stream().map(Attribute::key).toList();
  }

  /** Adds the values that an entry of an overflow column has for {@code key}. */
  public static void addOverflowValues(
      StringColumn overflow, int code, String key, List<Value> into) throws IOException {
    for (Attribute pair : pairs(overflow, code)) {
      Value value = pair.key().equals(key) ? Value.of(pair.value()) : null;
      if (value != null) {
        into.add(value);
      }
    }
  }

  private static List<Attribute> pairs(StringColumn overflow, int code) throws IOException {
    Dictionary dictionary = overflow.dictionary();
    int from = dictionary.offset(code);
    return AnyValueReader.keyValueList(
        dictionary.bytes(code), from, from + dictionary.length(code));
  }
}
