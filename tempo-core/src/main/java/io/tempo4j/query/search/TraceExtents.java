package io.tempo4j.query.search;

import io.tempo4j.model.CorruptBlockException;
import java.util.List;

/**
 * What a part has of the traces that it was asked for.
 *
 * @param traces those of which it has spans, in the order in which they were asked for
 */
public record TraceExtents(List<TraceExtent> traces) {

  /** Copies the list. */
  public TraceExtents {
    traces = List.copyOf(traces);
  }

  /** The bytes of this answer, in the format of docs/format/query-partials-v1.md. */
  public byte[] encode() {
    return CandidateForms.write(this);
  }

  /**
   * An answer from its bytes.
   *
   * @param bytes as {@link #encode} gives them; not trusted
   * @throws CorruptBlockException if they are no such answer
   */
  public static TraceExtents decode(byte[] bytes) throws CorruptBlockException {
    return CandidateForms.readExtents(bytes);
  }
}
