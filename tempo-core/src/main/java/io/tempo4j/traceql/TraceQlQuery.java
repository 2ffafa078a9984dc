package io.tempo4j.traceql;

import java.util.List;
import java.util.Optional;

/**
 * A whole query.
 *
 * @param statement what it asks for
 * @param hints how to answer it, in the order written
 */
public record TraceQlQuery(Statement statement, List<Hint> hints) {
  /** Copies the list. */
  public TraceQlQuery {
    hints = List.copyOf(hints);
  }

  /** The value of the first hint of that name; a bare word comes as a string. */
  public Optional<LiteralValue> hint(String name) {
    return hints.stream().filter(hint -> hint.name().equals(name)).map(Hint::value).findFirst();
  }

  /** The canonical text of this query; parsing it gives an equal query. */
  @Override
  public String toString() {
    return TraceQl.print(this);
  }
}
