package io.tempo4j.query.wire;

import io.tempo4j.column.ByteSink;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.nio.charset.StandardCharsets;

/**
 * Writes a partial answer, see docs/format/query-partials-v1.md: what all of them have in common.
 * Not thread-safe.
 */
public final class PartialSink {

  private final ByteSink sink = new ByteSink(256);

  /** Begins with the name and the version of a form. */
  public PartialSink(PartialForm form) {
    sink.putIntLE(form.magic());
    sink.putByte(PartialForm.VERSION);
  }

  /** Where everything else goes. */
  public ByteSink bytes() {
    return sink;
  }

  /** Writes bytes with their number before them. */
  public void counted(byte[] bytes) {
    sink.putVarint(bytes.length);
    sink.putBytes(bytes);
  }

  /** Writes a text. */
  public void text(String text) {
    counted(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes what was pruned and read. */
  public void stats(QueryStats stats) {
    sink.putVarint(stats.sources());
    sink.putVarint(stats.sourcesPruned());
    sink.putVarint(stats.rowGroups());
    sink.putVarint(stats.rowGroupsPruned());
    sink.putVarint(stats.inspectedTraces());
    sink.putVarint(stats.inspectedSpans());
    sink.putVarint(stats.inspectedBytes());
  }

  /** Writes of how much the answer was made. */
  public void coverage(Coverage coverage) {
    sink.putVarint(coverage.missingBlocks().size());
    coverage.missingBlocks().forEach(this::text);
    sink.putVarint(coverage.largeTraces().size());
    coverage.largeTraces().forEach(this::text);
  }

  /** The bytes, with their checksum. */
  public byte[] finish() {
    sink.putCrc32c(0);
    return sink.toByteArray();
  }
}
