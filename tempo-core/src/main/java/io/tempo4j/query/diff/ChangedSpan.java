package io.tempo4j.query.diff;

import java.util.List;

/**
 * A span that both traces have, and that is not the same in both.
 *
 * @param span the span of the trace that is compared with the base
 * @param changes duration, status, then attributes in the order of their keys; at least one
 */
public record ChangedSpan(ComparedSpan span, List<SpanChange> changes) {
  /** Copies the list. */
  public ChangedSpan {
    changes = List.copyOf(changes);
  }
}
