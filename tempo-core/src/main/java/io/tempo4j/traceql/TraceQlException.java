package io.tempo4j.traceql;

/**
 * A query that is not TraceQL, or is TraceQL that cannot mean anything.
 *
 * <p>The message names the place, what was expected there and what was found, for example {@code
 * parse error at line 1, col 5: expected a value, found '='}. It is fit to be shown to the user who
 * wrote the query, who is the one to correct it.
 */
public final class TraceQlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  private TraceQlException(String kind, Position position, String detail) {
    super(
        "%s error at line %d, col %d: %s"
            .formatted(kind, position.line(), position.column(), detail));
    this.line = position.line();
    this.column = position.column();
  }

  static TraceQlException syntax(Position position, String detail) {
    return new TraceQlException("parse", position, detail);
  }

  static TraceQlException meaning(Position position, String detail) {
    return new TraceQlException("type", position, detail);
  }

  /** The line of the error, from 1. */
  public int line() {
    return line;
  }

  /** The column of the error in code points, from 1. */
  public int column() {
    return column;
  }
}
