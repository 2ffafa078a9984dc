package io.tempo4j.query;

import io.tempo4j.traceql.Position;

/** A query is correct TraceQL, but uses something that is not evaluated here. */
public final class UnsupportedQueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  public UnsupportedQueryException(String construct, Position position) {
    super(
        "unsupported at line %d, col %d: %s"
            .formatted(position.line(), position.column(), construct));
    this.line = position.line();
    this.column = position.column();
  }

  /** The line of the construct, from 1. */
  public int line() {
    return line;
  }

  /** The column of the construct in code points, from 1. */
  public int column() {
    return column;
  }
}
