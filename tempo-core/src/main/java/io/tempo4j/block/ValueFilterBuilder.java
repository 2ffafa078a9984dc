package io.tempo4j.block;

import io.tempo4j.collect.Utf8;
import io.tempo4j.column.ChunkContext;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.FilterWriter;
import io.tempo4j.column.Hash64;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds the attribute values of row groups to the filter that resolves needles to row groups.
 *
 * <p>What it covers: string and integer attributes of spans, events and links; the string and
 * integer elements of their arrays, as if they were values of their own; and the same of attributes
 * in overflow columns. Each distinct value counts once per row group.
 */
final class ValueFilterBuilder {

  // fields of KeyValue
  private static final int PAIR_KEY = 1;
  private static final int PAIR_VALUE = 2;

  private static final int INITIAL_TABLE = 1 << 12;

  /** Overflow columns may have more keys than it pays to remember. */
  private static final int MAX_SEEDS = 1 << 12;

  private final FilterWriter filter;
  private final Map<ColumnKey, Long> seeds = new HashMap<>();
  private long[] table = new long[INITIAL_TABLE];
  private int[] tableGeneration = new int[INITIAL_TABLE];

  ValueFilterBuilder(FilterWriter filter) {
    this.filter = filter;
  }

  /** True if the filter answers for the values of this column. */
  static boolean covers(ColumnKey key) {
    return covers(key.table())
        && key.isAttribute()
        && (key.type() == ValueType.STRING || key.type() == ValueType.INT);
  }

  private static boolean covers(Table table) {
    return table == Table.SPAN || table == Table.EVENT || table == Table.LINK;
  }

  /**
   * Adds the values of a column that was just written.
   *
   * @param written wrote it, so it knows which strings are distinct
   */
  void add(ColumnKey key, Column column, ChunkContext written, int rowGroup) {
    if (!covers(key.table()) || column.size() == 0) {
      return;
    }
    boolean overflow = !key.isAttribute() && key.type() == ValueType.ANY;
    if (!key.isAttribute() && !overflow) {
      return;
    }
    if (column instanceof StringColumn strings) {
      Dictionary dictionary = strings.dictionary();
      int[] entries = written.lastEntries();
      int count = written.lastEntryCount();
      if (key.type() == ValueType.STRING) {
        addStrings(key, dictionary, entries, count, rowGroup);
      } else {
        addAnys(key, dictionary, entries, count, rowGroup, overflow);
      }
    } else if (column instanceof LongColumn longs) {
      addLongs(key, longs, rowGroup);
    }
  }

  private long seed(ColumnKey key) {
    Long known = seeds.get(key);
    if (known != null) {
      return known;
    }
    long seed = Hash64.ofColumn(key);
    if (seeds.size() < MAX_SEEDS) {
      seeds.put(key, seed);
    }
    return seed;
  }

  private void addStrings(
      ColumnKey key, Dictionary dictionary, int[] entries, int count, int rowGroup) {
    long seed = seed(key);
    for (int i = 0; i < count; i++) {
      int from = dictionary.offset(entries[i]);
      int length = dictionary.length(entries[i]);
      filter.add(Hash64.ofBytes(dictionary.bytes(entries[i]), from, length, seed), rowGroup);
    }
  }

  private void addAnys(
      ColumnKey key,
      Dictionary dictionary,
      int[] entries,
      int count,
      int rowGroup,
      boolean overflow) {
    for (int i = 0; i < count; i++) {
      int from = dictionary.offset(entries[i]);
      addAny(
          key,
          dictionary.bytes(entries[i]),
          from,
          from + dictionary.length(entries[i]),
          rowGroup,
          overflow);
    }
  }

  private void addAny(
      ColumnKey key, byte[] bytes, int from, int to, int rowGroup, boolean overflow) {
    try {
      if (overflow) {
        AnyValueReader.forEachPair(
            bytes,
            from,
            to,
            (pairs, start, end) -> addPair(key.table(), pairs, start, end, rowGroup));
      } else {
        AnyScalars.ofArray(bytes, from, to, new Scalars(key.table(), key.name(), rowGroup));
      }
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("a column holds what the decoder should have refused", e);
    }
  }

  private void addPair(Table owner, byte[] bytes, int from, int to, int rowGroup)
      throws MalformedOtlpException {
    String name = "";
    int start = 0;
    int end = 0;
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.isBytes(PAIR_KEY)) {
        name =
            new String(bytes, cursor.from(), cursor.to() - cursor.from(), StandardCharsets.UTF_8);
      } else if (cursor.isBytes(PAIR_VALUE)) {
        start = cursor.from();
        end = cursor.to();
      }
    }
    AnyScalars.of(bytes, start, end, new Scalars(owner, name, rowGroup));
  }

  /** Adds the values of one attribute. */
  private final class Scalars implements AnyScalars.Sink {
    private final Table owner;
    private final String name;
    private final int rowGroup;

    Scalars(Table owner, String name, int rowGroup) {
      this.owner = owner;
      this.name = name;
      this.rowGroup = rowGroup;
    }

    @Override
    public void text(byte[] bytes, int offset, int length) {
      long seed = seed(ColumnKey.attribute(owner, name, ValueType.STRING));
      if (Utf8.isValid(bytes, offset, length)) {
        filter.add(Hash64.ofBytes(bytes, offset, length, seed), rowGroup);
      } else {
        byte[] repaired = Utf8.repair(bytes, offset, length);
        filter.add(Hash64.ofBytes(repaired, 0, repaired.length, seed), rowGroup);
      }
    }

    @Override
    public void integer(long value) {
      long seed = seed(ColumnKey.attribute(owner, name, ValueType.INT));
      filter.add(Hash64.ofLong(value, seed), rowGroup);
    }
  }

  private void addLongs(ColumnKey key, LongColumn column, int rowGroup) {
    long seed = seed(key);
    long[] values = column.values();
    int needed = Integer.highestOneBit(Math.max(column.size(), 1)) << 2;
    if (table.length < needed) {
      table = new long[needed];
      tableGeneration = new int[needed];
    }
    int stamp = ++longGeneration;
    int mask = table.length - 1;
    for (int i = 0; i < column.size(); i++) {
      long value = values[i];
      int slot = (int) ((value * 0x9E37_79B9_7F4A_7C15L) >>> 40) & mask;
      while (tableGeneration[slot] == stamp && table[slot] != value) {
        slot = (slot + 1) & mask;
      }
      if (tableGeneration[slot] != stamp) {
        tableGeneration[slot] = stamp;
        table[slot] = value;
        filter.add(Hash64.ofLong(value, seed), rowGroup);
      }
    }
  }

  private int longGeneration;
}
