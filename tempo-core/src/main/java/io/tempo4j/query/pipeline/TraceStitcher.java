package io.tempo4j.query.pipeline;

import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.TraceDecoder;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import java.io.IOException;
import java.util.List;

/**
 * Makes one trace of parts that lie in several sources, so that it can be evaluated like any other:
 * its spans are assembled as for a reader of the trace, of two that agree in id and kind the first
 * by start, and decoded again into a row group of its own.
 *
 * <p>Of a trace larger than the bound only the first spans that fit are seen. Not thread-safe.
 */
public final class TraceStitcher {

  private final TraceDecoder decoder;
  private final TraceAssembler assembler;
  private final QueryContext context;
  private final ReadTally tally;

  /**
   * A stitcher for one query.
   *
   * @param maxTraceBytes most bytes of OTLP that a trace may have
   */
  public TraceStitcher(
      TraceDecoder decoder, long maxTraceBytes, QueryContext context, ReadTally tally) {
    this.decoder = decoder;
    assembler = new TraceAssembler(maxTraceBytes);
    this.context = context;
    this.tally = tally;
  }

  /** The trace's parts in {@code holders} as the only trace of a row group. */
  public GroupView stitch(List<SpanSource> holders, TraceId id) throws IOException {
    AssembledTrace trace = assembler.assemble(holders, id, context);
    tally.stitched(trace.tracesData().length);
    SourceView view = new SourceView(decoder.decode(trace.tracesData()), tally);
    if (view.groups().size() != 1 || view.groups().get(0).traces().rowCount() != 1) {
      throw new IllegalStateException("a stitched trace must be one trace in one row group: " + id);
    }
    return view.groups().get(0);
  }
}
