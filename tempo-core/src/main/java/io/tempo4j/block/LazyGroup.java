package io.tempo4j.block;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A row group of a block that is opened when it is asked for, and may be closed in between: a query
 * that remembers it keeps no index in memory. Thread-safe.
 */
final class LazyGroup implements RowGroup {

  /** Opens the block. */
  @FunctionalInterface
  interface Opening {
    BlockRowGroup open() throws IOException;
  }

  private final Opening opening;
  private volatile WeakReference<@Nullable BlockRowGroup> last = new WeakReference<>(null);

  LazyGroup(Opening opening) {
    this.opening = opening;
  }

  private BlockRowGroup open() throws IOException {
    BlockRowGroup known = last.get();
    if (known == null) {
      known = opening.open();
      last = new WeakReference<>(known);
    }
    return known;
  }

  @Override
  public ColumnSet table(Table table) {
    return new LazyColumns(() -> open().stored(table));
  }

  @Override
  public int[] traceOffsets() throws IOException {
    return open().traceOffsets();
  }

  @Override
  public int[] eventOffsets() throws IOException {
    return open().eventOffsets();
  }

  @Override
  public int[] linkOffsets() throws IOException {
    return open().linkOffsets();
  }

  @Override
  public int[] parentRows() throws IOException {
    return open().parentRows();
  }

  @Override
  public RowGroup readAtOnce() {
    try {
      return open().readAtOnce();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
