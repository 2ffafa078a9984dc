package io.tempo4j.query.trace;

import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.TraceDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one trace of what several parts have of it.
 *
 * <p>Equal spans are one, and order and grouping are those of {@link TraceAssembler}; so the order
 * and grouping in which parts are put together mean nothing. Stateless, thread-safe.
 */
public final class MergedTraces {

  private final TraceAssembler assembler;
  private final TraceDecoder decoder;

  /**
   * Says how traces become whole.
   *
   * @param assembler also bounds what comes out
   */
  public MergedTraces(TraceAssembler assembler, TraceDecoder decoder) {
    this.assembler = assembler;
    this.decoder = decoder;
  }

  /**
   * Puts parts together.
   *
   * @param parts what was found of the trace, of which nothing was left out by a filter; their
   *     bytes were taken from the context's memory
   * @return a trace that is partial if a part is, or if all together are too large
   * @throws IOException if a part is no OTLP
   * @throws io.tempo4j.query.QueryStoppedException if {@code context} says so
   */
  public AssembledTrace merge(List<AssembledTrace> parts, TraceId id, QueryContext context)
      throws IOException {
    List<AssembledTrace> some = new ArrayList<>();
    Coverage coverage = Coverage.COMPLETE;
    boolean isPartial = false;
    long bytes = 0;
    for (AssembledTrace part : parts) {
      coverage = coverage.and(part.coverage());
      isPartial |= part.isPartial();
      if (part.spanCount() > 0) {
        some.add(part);
        bytes += part.tracesData().length;
      }
    }
    if (some.size() < 2) {
      AssembledTrace only =
          some.isEmpty() ? new AssembledTrace(new byte[0], 0, false) : some.get(0);
      return new AssembledTrace(only.tracesData(), only.spanCount(), isPartial, false, coverage);
    }
    // Their columns take about what their messages take.
    context.memory().take(bytes);
    List<SpanSource> sources = new ArrayList<>();
    for (AssembledTrace part : some) {
      context.check();
      sources.add(decoder.decode(part.tracesData()));
    }
    AssembledTrace whole = assembler.assemble(sources, id, context);
    context.memory().give(2 * bytes); // messages and columns
    return new AssembledTrace(
        whole.tracesData(), whole.spanCount(), isPartial || whole.isPartial(), false, coverage);
  }
}
