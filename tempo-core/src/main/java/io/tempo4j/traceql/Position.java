package io.tempo4j.traceql;

/**
 * Where in the query's text a node stands.
 *
 * <p>Lines and columns count from 1; a column is one Unicode code point.
 *
 * <p>All positions are equal to each other: trees that differ only in where their nodes stood are
 * the same query, and records that hold a position compare by what they mean. Compare {@link
 * #line()} and {@link #column()} where the place itself matters.
 */
public final class Position {

  /** The position of nodes that were not parsed but built. */
  public static final Position NONE = new Position(1, 1);

  private final int line;
  private final int column;

  private Position(int line, int column) {
    this.line = line;
    this.column = column;
  }

  /**
   * The place at {@code line} and {@code column}.
   *
   * @throws IllegalArgumentException if one of them is less than 1
   */
  public static Position of(int line, int column) {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException(
          "line and column count from 1, got line " + line + " and column " + column);
    }
    return new Position(line, column);
  }

  /** The line, at least 1. */
  public int line() {
    return line;
  }

  /** The column in code points, at least 1. */
  public int column() {
    return column;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Position;
  }

  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
