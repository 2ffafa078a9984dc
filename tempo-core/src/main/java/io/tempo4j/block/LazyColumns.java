package io.tempo4j.block;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ZoneMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns of a block that is opened when they are asked for, and may be closed in between. */
record LazyColumns(Opening opening) implements ColumnSet {

  /** Opens the block. */
  @FunctionalInterface
  interface Opening {
    StoredColumns open() throws IOException;
  }

  /** As {@link Opening#open}, where no checked exception may be thrown. */
  private StoredColumns opened() {
    try {
      return opening.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int rowCount() {
    return opened().rowCount();
  }

  @Override
  public Collection<ColumnKey> keys() {
    return opened().keys();
  }

  @Override
  public List<ColumnKey> keysWithin(int fromRow, int toRow) throws IOException {
    return opening.open().keysWithin(fromRow, toRow);
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return opened().zone(key);
  }

  @Override
  public @Nullable Column read(ColumnKey key) throws IOException {
    return opening.open().read(key);
  }

  @Override
  public boolean isKept(ColumnKey key) {
    return opened().isKept(key);
  }

  @Override
  public @Nullable Column readFew(ColumnKey key, int[] rows, int count) throws IOException {
    return opening.open().readFew(key, rows, count);
  }
}
