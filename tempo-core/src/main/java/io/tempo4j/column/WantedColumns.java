package io.tempo4j.column;

import java.util.Set;

/**
 * The columns that a query is about to read.
 *
 * @param keys their keys, of all tables; empty if {@code reach} is {@link Reach#ALL}
 * @param along columns that it may need, depending on what it finds: read with the others, but not
 *     where all others are there already
 * @param reach whether all columns are meant
 */
public record WantedColumns(Set<ColumnKey> keys, Set<ColumnKey> along, Reach reach) {

  /** Every column. */
  public static final WantedColumns ALL = new WantedColumns(Set.of(), Set.of(), Reach.ALL);

  /** Which columns are meant. */
  public enum Reach {
    /** Those with the keys. */
    KEYS,
    /** All. */
    ALL
  }

  /** Copies the sets. */
  public WantedColumns {
    keys = Set.copyOf(keys);
    along = Set.copyOf(along);
  }

  /** The columns with these keys. */
  public static WantedColumns of(Set<ColumnKey> keys) {
    return new WantedColumns(keys, Set.of(), Reach.KEYS);
  }
}
