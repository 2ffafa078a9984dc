package io.tempo4j.query.filter;

import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.TraceDecoder;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.pipeline.PipelinePlan;
import io.tempo4j.query.pipeline.TraceEvaluator;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlQuery;
import java.io.IOException;
import java.util.List;

/**
 * Puts together those spans of a trace that are wanted.
 *
 * <p>The trace is seen as a whole, wherever its parts lie: it is assembled, decoded into columns of
 * its own, and evaluated there. Of a trace larger than the bound only the first spans that fit are
 * seen. Order and grouping are those of {@link TraceAssembler}. Stateless, thread-safe.
 */
public final class FilteredTraces {

  private final TraceAssembler assembler;
  private final TraceDecoder decoder;

  /**
   * Says how traces become whole.
   *
   * @param assembler also bounds what comes out
   */
  public FilteredTraces(TraceAssembler assembler, TraceDecoder decoder) {
    this.assembler = assembler;
    this.decoder = decoder;
  }

  /**
   * Assembles the wanted spans of a trace.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws UnsupportedQueryException if the query selects no spans
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   * @throws io.tempo4j.query.QueryStoppedException if {@code context} says so
   */
  public AssembledTrace assemble(
      List<? extends SpanSource> sources, TraceId id, TraceFilter filter, QueryContext context)
      throws IOException {
    PipelinePlan plan = plan(filter.query());
    return filter(assembler.assemble(sources, id, context), id, filter, plan, context);
  }

  /** As {@link #assemble}, of a trace that was assembled. */
  public AssembledTrace filter(
      AssembledTrace whole, TraceId id, TraceFilter filter, QueryContext context)
      throws IOException {
    return filter(whole, id, filter, plan(filter.query()), context);
  }

  /**
   * Checks a filter without using it.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws UnsupportedQueryException if the query selects no spans
   */
  public void check(TraceFilter filter) {
    plan(filter.query());
  }

  private AssembledTrace filter(
      AssembledTrace whole, TraceId id, TraceFilter filter, PipelinePlan plan, QueryContext context)
      throws IOException {
    if (whole.spanCount() == 0 || new Predicate.Constant(true).equals(plan.onlyFilter())) {
      return whole;
    }
    // Its columns take about what its message takes.
    context.memory().take(whole.tracesData().length);
    SpanSource source = decoder.decode(whole.tracesData());
    GroupView group = new SourceView(source, new ReadTally(context)).groups().getFirst();
    context.check();
    Selection matching = Selection.none(group.spans().rowCount());
    new TraceEvaluator(plan, group, null, null, context).select(0, matching);
    Selection wanted = withKin(group, matching, filter);
    AssembledTrace part = assembler.assemble(source, id, wanted::contains, context.memory());
    context.memory().give(2L * whole.tracesData().length);
    return new AssembledTrace(
        part.tracesData(),
        part.spanCount(),
        whole.isPartial(),
        part.spanCount() < whole.spanCount(),
        whole.coverage());
  }

  private static Selection withKin(GroupView group, Selection matching, TraceFilter filter)
      throws IOException {
    if (filter.ancestorLevels() == 0 && filter.descendantLevels() == 0) {
      return matching;
    }
    SpanKin kin = SpanKin.of(group);
    Selection wanted = kin.ancestors(matching, filter.ancestorLevels());
    wanted.addAll(kin.descendants(matching, filter.descendantLevels()));
    wanted.addAll(matching);
    return wanted;
  }

  private static PipelinePlan plan(String text) {
    TraceQlQuery query = TraceQl.parse(text);
    return switch (query.statement()) {
      case Pipeline pipeline -> PipelinePlan.of(pipeline);
      case MetricsExpression metrics ->
          throw new UnsupportedQueryException(
              "a metrics query where spans of one trace are selected", metrics.position());
    };
  }
}
