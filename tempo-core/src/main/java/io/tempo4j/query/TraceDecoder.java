package io.tempo4j.query;

import io.tempo4j.column.SpanSource;
import java.io.IOException;

/**
 * Makes a source of a message, for traces whose spans lie in several sources and must be seen as
 * one. Thread-safe.
 */
@FunctionalInterface
public interface TraceDecoder {

  /**
   * Decodes the spans of one trace.
   *
   * @param tracesData an OTLP {@code TracesData} message; the array is handed over
   * @return a source that holds exactly these spans, in one row group
   * @throws IOException if the bytes are no such message
   */
  SpanSource decode(byte[] tracesData) throws IOException;
}
