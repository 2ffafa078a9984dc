package io.tempo4j.block;

import io.tempo4j.column.ByteSource;
import io.tempo4j.column.ChunkPicker;
import io.tempo4j.column.ChunkReader;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValuePicks;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.CorruptBlockException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of one table in one group of chunks, decoded when asked for and cached. */
final class StoredColumns implements ColumnSet {

  /** Finishes a decoded column whose stored values are relative to other columns. */
  @FunctionalInterface
  interface Resolver {
    Column resolve(ColumnKey key, Column stored) throws IOException;
  }

  /**
   * Rows of a column that is neither required nor present by shape, or null for no special rule.
   */
  @FunctionalInterface
  interface RowRule {
    int @Nullable [] rows(ColumnKey key) throws IOException;
  }

  /** What is decoded of a column of which few rows are wanted. */
  enum Few {
    /** These rows alone, where that is less work; nothing is kept. */
    PICKED,
    /** The whole column, which is kept. */
    WHOLE
  }

  /** Where more than one row in this many is wanted, a column is decoded whole and kept. */
  private static final int FEW = 4;

  private final BlockParts parts;
  private final GroupEntry group;
  private final CachedGroup cached;
  private final Table table;
  private final @Nullable Resolver resolver;
  private final ColumnKey specialKey;
  private final @Nullable RowRule specialRows;
  private final Collection<ColumnKey> keys;
  private final ChunkBytes chunks;
  private final Few few;
  private volatile @Nullable List<ColumnKey> sortedKeys;

  /**
   * The columns of {@code table}.
   *
   * @param specialKey the column whose rows {@code specialRows} knows
   */
  StoredColumns(
      BlockParts parts,
      GroupEntry group,
      CachedGroup cached,
      Table table,
      @Nullable Resolver resolver,
      ColumnKey specialKey,
      @Nullable RowRule specialRows) {
    this.parts = parts;
    this.group = group;
    this.cached = cached;
    this.table = table;
    this.chunks = parts;
    this.few = Few.PICKED;
    this.resolver = resolver;
    this.specialKey = specialKey;
    this.specialRows = specialRows;
    this.keys =
        group.chunks().keySet().stream()
            .filter(key -> key.table() == table && !BlockFormat.isHidden(key))
            .toList();
  }

  /**
   * The columns of {@code origin}, with the chunks that are not cached taken from {@code chunks}.
   */
  StoredColumns(
      StoredColumns origin,
      ChunkBytes chunks,
      Few few,
      @Nullable Resolver resolver,
      @Nullable RowRule specialRows) {
    this.parts = origin.parts;
    this.group = origin.group;
    this.cached = origin.cached;
    this.table = origin.table;
    this.resolver = resolver;
    this.specialKey = origin.specialKey;
    this.specialRows = specialRows;
    this.keys = origin.keys;
    this.chunks = chunks;
    this.few = few;
    this.sortedKeys = origin.sortedKeys;
  }

  @Override
  public int rowCount() {
    return group.rowCount(table);
  }

  @Override
  public Collection<ColumnKey> keys() {
    return keys;
  }

  @Override
  public List<ColumnKey> keysWithin(int fromRow, int toRow) throws IOException {
    if (fromRow == toRow) {
      return List.of();
    }
    List<ColumnKey> sorted = sortedKeys();
    if (!group.chunks().containsKey(BlockFormat.shapeNumbers(table))) {
      return sorted;
    }
    ShapeIndex index = shapes();
    BitSet within = index.shapesWithin(fromRow, toRow);
    List<ColumnKey> found = new ArrayList<>();
    for (ColumnKey key : sorted) {
      if (index.haveColumn(within, key) || BlockFormat.isRequired(key) || key.equals(specialKey)) {
        found.add(key);
      }
    }
    return found;
  }

  private List<ColumnKey> sortedKeys() {
    List<ColumnKey> known = sortedKeys;
    if (known == null) {
      known = keys.stream().sorted(ColumnKey.BY_NAME).toList();
      sortedKeys = known;
    }
    return known;
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    ChunkEntry entry = group.chunks().get(key);
    return entry == null ? null : entry.zone();
  }

  @Override
  public @Nullable Column read(ColumnKey key) throws IOException {
    ChunkEntry entry = group.chunks().get(key);
    if (entry == null) {
      return null;
    }
    Column known = cached.column(entry);
    if (known != null) {
      return known;
    }
    Column stored = decode(entry, rowsOf(entry));
    Column column = resolver == null ? stored : resolver.resolve(key, stored);
    cached.put(entry, column);
    return column;
  }

  @Override
  public boolean isKept(ColumnKey key) {
    ChunkEntry entry = group.chunks().get(key);
    return entry != null && cached.holds(entry);
  }

  /** Reads and checks all columns. */
  void readAll() throws IOException {
    for (ColumnKey key : keys) {
      read(key);
    }
  }

  @Override
  public @Nullable Column readFew(ColumnKey key, int[] rows, int count) throws IOException {
    ChunkEntry entry = group.chunks().get(key);
    if (entry == null || count == 0) {
      return null;
    }
    if (few == Few.WHOLE || count > rowCount() / FEW || !canPick(key)) {
      return read(key);
    }
    Column known = cached.column(entry);
    if (known != null) {
      return known;
    }
    boolean isRequired = BlockFormat.isRequired(key);
    requireCount(entry, isRequired ? rowCount() : shapes().countOf(key));
    ValuePicks picks = isRequired ? ValuePicks.ofAll(rows, count) : shapes().pick(key, rows, count);
    return picks == null ? null : decode(entry, picks);
  }

  /** Whether a value of the column does not depend on others. */
  private boolean canPick(ColumnKey key) {
    return key.isAttribute() || key.type() == ValueType.STRING || key.type() == ValueType.ANY;
  }

  /** Reads a column of which the format says that it is there. */
  Column require(ColumnKey key) throws IOException {
    Column column = read(key);
    if (column == null) {
      throw new CorruptBlockException(
          parts.indexObject(), 0, "column " + key.name() + " of table " + table, "none");
    }
    return column;
  }

  private int @Nullable [] rowsOf(ChunkEntry entry) throws IOException {
    ColumnKey key = entry.key();
    int[] rows;
    if (key.equals(specialKey) && specialRows != null) {
      rows = specialRows.rows(key);
    } else if (BlockFormat.isRequired(key)) {
      rows = null;
    } else {
      rows = shapes().rowsOf(key);
    }
    if (!key.equals(BlockFormat.shapeList(table))) {
      requireCount(entry, rows == null ? rowCount() : rows.length);
    }
    return rows;
  }

  private void requireCount(ChunkEntry entry, int expected) throws CorruptBlockException {
    if (entry.zone().valueCount() != expected) {
      throw new CorruptBlockException(
          parts.dataObject(),
          entry.offset(),
          expected + " values of column " + entry.key().name(),
          entry.zone().valueCount() + " in the index");
    }
  }

  private ShapeIndex shapes() throws IOException {
    ColumnKey key = BlockFormat.shapeNumbers(table);
    ShapeIndex known = cached.shapes(table);
    if (known == null) {
      IntColumn numbers = (IntColumn) require(key);
      IntColumn list = (IntColumn) require(BlockFormat.shapeList(table));
      known =
          new ShapeIndex(
              numbers.values(),
              rowCount(),
              list.values(),
              list.size(),
              parts.index().columns(),
              parts.dataObject(),
              group.offset());
      cached.put(table, known);
    }
    return known;
  }

  private Column decode(ChunkEntry entry, int @Nullable [] rows) throws IOException {
    DecodeEvent event = new DecodeEvent();
    event.begin();
    ByteSource source = load(entry);
    int count = entry.zone().valueCount();
    Column decoded =
        switch (entry.key().type()) {
          case SMALL -> ChunkReader.ints(source, count, rows);
          case INT -> ChunkReader.longs(source, count, rows);
          case DOUBLE -> ChunkReader.doubles(source, count, rows);
          case BOOL -> ChunkReader.booleans(source, count, rows);
          case STRING, ANY -> ChunkReader.strings(source, count, rows);
        };
    event.finish(parts, entry);
    return decoded;
  }

  private Column decode(ChunkEntry entry, ValuePicks picks) throws IOException {
    DecodeEvent event = new DecodeEvent();
    event.begin();
    ByteSource source = load(entry);
    int count = entry.zone().valueCount();
    Column decoded =
        switch (entry.key().type()) {
          case SMALL -> throw new IllegalArgumentException(entry.key() + " may depend on others");
          case INT -> ChunkPicker.longs(source, count, picks);
          case DOUBLE -> ChunkPicker.doubles(source, count, picks);
          case BOOL -> ChunkPicker.booleans(source, count, picks);
          case STRING, ANY -> ChunkPicker.strings(source, count, picks);
        };
    event.finish(parts, entry);
    return decoded;
  }

  private ByteSource load(ChunkEntry entry) throws IOException {
    Slice bytes = chunks.read(entry);
    return new ByteSource(
        bytes.array(),
        bytes.at(),
        entry.length(),
        parts.dataObject(),
        entry.offset(),
        parts.cache().decompressors());
  }
}
