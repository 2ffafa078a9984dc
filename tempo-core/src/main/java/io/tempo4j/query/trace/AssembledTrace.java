package io.tempo4j.query.trace;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.wire.PartialForm;
import io.tempo4j.query.wire.PartialSink;
import io.tempo4j.query.wire.PartialSource;

/**
 * A trace, ready to be sent.
 *
 * @param tracesData an OTLP {@code TracesData} message; empty if the trace was not found. The array
 *     belongs to the receiver
 * @param spanCount number of spans in the message
 * @param isPartial whether spans were left out because the message would have grown too large
 * @param isFiltered whether spans were left out because they were not asked for
 * @param coverage which blocks may hold more of the trace, or the trace, and could not be read
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to the receiver
public record AssembledTrace(
    byte[] tracesData, int spanCount, boolean isPartial, boolean isFiltered, Coverage coverage) {

  private static final int PARTIAL = 1;
  private static final int FILTERED = 2;

  /** A trace of which everything that is stored was seen. */
  public AssembledTrace(byte[] tracesData, int spanCount, boolean isPartial, boolean isFiltered) {
    this(tracesData, spanCount, isPartial, isFiltered, Coverage.COMPLETE);
  }

  /** A trace of which everything was asked for. */
  public AssembledTrace(byte[] tracesData, int spanCount, boolean isPartial) {
    this(tracesData, spanCount, isPartial, false);
  }

  /** The same, of less than everything that is stored. */
  public AssembledTrace withCoverage(Coverage covered) {
    return new AssembledTrace(tracesData, spanCount, isPartial, isFiltered, covered);
  }

  /** The bytes of this answer, in the format of docs/format/query-partials-v1.md. */
  public byte[] encode() {
    PartialSink sink = new PartialSink(PartialForm.TRACE);
    sink.bytes().putByte((isPartial ? PARTIAL : 0) | (isFiltered ? FILTERED : 0));
    sink.coverage(coverage);
    sink.bytes().putVarint(spanCount);
    sink.counted(tracesData);
    return sink.finish();
  }

  /**
   * An answer from its bytes. What stands in the message is not looked at.
   *
   * @param bytes as {@link #encode} gives them; not trusted
   * @throws CorruptBlockException if they are no such answer
   */
  public static AssembledTrace decode(byte[] bytes) throws CorruptBlockException {
    PartialSource source = new PartialSource(bytes, PartialForm.TRACE);
    int flags = source.bytes().readByte();
    if ((flags & ~(PARTIAL | FILTERED)) != 0) {
      throw source.bytes().corrupt("two flags", Integer.toBinaryString(flags));
    }
    Coverage coverage = source.coverage();
    int spans = source.count(1, "spans");
    byte[] message = source.counted("spans");
    source.expectEnd();
    return new AssembledTrace(
        message, spans, (flags & PARTIAL) != 0, (flags & FILTERED) != 0, coverage);
  }

  /** True if no source holds the trace. */
  public boolean isMissing() {
    return spanCount == 0 && !isPartial && !isFiltered;
  }
}
