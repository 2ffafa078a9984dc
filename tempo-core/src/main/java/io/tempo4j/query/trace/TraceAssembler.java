package io.tempo4j.query.trace;

import io.tempo4j.column.SpanSource;
import io.tempo4j.column.WantedColumns;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.QueryStoppedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Puts a trace together from the parts that the sources hold of it, as OTLP {@code TracesData}.
 *
 * <p>Spans stand in the order of {@link io.tempo4j.collect.SpanOrder}: start, span id, kind,
 * duration, then content. Equal spans are one; spans that differ in anything are all there. Spans
 * of equal resources are together under one {@code ResourceSpans}, within it those of equal scopes
 * under one {@code ScopeSpans}; resources and scopes stand in the order of their first span. So the
 * message does not depend on how the spans are spread over sources. Every span has a {@code status}
 * and every {@code ScopeSpans} a {@code scope}, if empty ones.
 *
 * <p>Stateless, thread-safe.
 */
public final class TraceAssembler {

  private final long maxBytes;

  /**
   * Bounds the size of results.
   *
   * @param maxBytes largest message; where a trace is larger, spans are left out
   */
  public TraceAssembler(long maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive, got " + maxBytes);
    }
    this.maxBytes = maxBytes;
  }

  /**
   * Assembles a trace.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   * @throws QueryStoppedException if {@code context} says so
   */
  public AssembledTrace assemble(
      List<? extends SpanSource> sources, TraceId id, QueryContext context) throws IOException {
    announce(sources, id, context);
    List<TracePart> parts = new ArrayList<>();
    for (SpanSource source : sources) {
      context.check();
      TracePart part = TracePart.find(source, id, context.memory());
      if (part != null) {
        parts.add(part);
      }
    }
    if (parts.isEmpty()) {
      return new AssembledTrace(new byte[0], 0, false);
    }
    parts.sort(Comparator.comparing(part -> part.source().name()));
    TraceAssembly assembly = new TraceAssembly(context.memory());
    for (TracePart part : parts) {
      context.check();
      assembly.add(part, new SpanWriter(part, id.high(), id.low()), row -> true);
    }
    return assembly.write(maxBytes);
  }

  /** Has filters of all sources read at the same time, then the row groups that they name. */
  private static void announce(List<? extends SpanSource> sources, TraceId id, QueryContext context)
      throws IOException {
    for (SpanSource source : sources) {
      source.prefetchTrace(id);
    }
    for (SpanSource source : sources) {
      context.check();
      int group = source.readsAhead() ? source.findTrace(id) : -1;
      if (group >= 0) {
        BitSet only = new BitSet();
        only.set(group);
        var unused = source.prefetch(only, WantedColumns.ALL);
      }
    }
  }

  /**
   * Assembles a part of a trace that lies in one source as a whole.
   *
   * @param source holds the trace, and in its row group no other
   * @param wanted the span rows to take
   * @param memory whence the bytes are taken
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if the source cannot be read
   */
  public AssembledTrace assemble(
      SpanSource source, TraceId id, IntPredicate wanted, QueryMemory memory) throws IOException {
    TraceAssembly assembly = new TraceAssembly(memory);
    TracePart part = TracePart.find(source, id, memory);
    if (part != null) {
      assembly.add(part, new SpanWriter(part, id.high(), id.low()), wanted);
    }
    return assembly.write(maxBytes);
  }
}
