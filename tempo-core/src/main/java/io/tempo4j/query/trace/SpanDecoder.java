package io.tempo4j.query.trace;

import io.tempo4j.column.SpanSource;
import java.io.IOException;

/**
 * Makes a source of the spans of one message, so that a trace whose parts lie in several sources
 * can be looked at as one whole.
 *
 * <p>Queries see no head and no block; whoever runs them says how messages become columns.
 * Thread-safe.
 */
@FunctionalInterface
public interface SpanDecoder {

  /**
   * The spans of {@code tracesData} as a source of their own, in memory.
   *
   * @param tracesData an OTLP {@code TracesData} message with at least one span, as {@link
   *     TraceAssembler} makes it
   * @return a source that holds nothing else; immutable
   * @throws IOException if the bytes are no such message
   */
  SpanSource decode(byte[] tracesData) throws IOException;
}
