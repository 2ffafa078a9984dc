package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.WholeTraceFields;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Pipeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline of spansets, bound: filters that are evaluated over columns, stages that are evaluated
 * trace by trace, and what must be there for a trace to be looked at. Immutable.
 */
public final class PipelinePlan {

  private final List<Predicate> filters;
  private final List<Stage> stages;
  private final List<FieldExpression.Reference> references;
  private final Predicate anchor;
  private final boolean needsWholeTrace;

  PipelinePlan(
      List<Predicate> filters, List<Stage> stages, List<FieldExpression.Reference> references) {
    this.filters = List.copyOf(filters);
    this.stages = List.copyOf(stages);
    this.references = List.copyOf(references);
    Predicate only = onlyFilter();
    needsWholeTrace = only == null || references.stream().anyMatch(WholeTraceFields::contain);
    anchor =
        only == null || needsWholeTrace ? Anchor.of(this.stages, this.filters).predicate() : only;
  }

  /**
   * Binds a pipeline.
   *
   * @throws io.tempo4j.query.UnsupportedQueryException if it uses what is not evaluated here
   */
  public static PipelinePlan of(Pipeline pipeline) {
    return new PipelineBinder().bind(pipeline);
  }

  /** The predicates of all filters, those of pipelines within the pipeline included. */
  public List<Predicate> filters() {
    return filters;
  }

  /** Every field that the pipeline speaks of, {@code select} included, in the order of the text. */
  public List<FieldExpression.Reference> references() {
    return references;
  }

  /** The predicate of the spans that are selected, if the pipeline is no more than one filter. */
  public @Nullable Predicate onlyFilter() {
    return stages.size() == 1
            && stages.get(0) instanceof Stage.Spans spans
            && spans.node() instanceof Stage.Node.Filter filter
        ? filters.get(filter.index())
        : null;
  }

  /**
   * Whether what the pipeline gives depends on how spans of a trace belong together. If not, the
   * spans that {@link #onlyFilter} selects in the parts of a trace are those of the trace.
   */
  public boolean needsWholeTrace() {
    return needsWholeTrace;
  }

  /**
   * Holds for at least one span of every trace that the pipeline finds, and can be evaluated for
   * any part of a trace by itself. Where the whole trace is not needed, it is {@link #onlyFilter}.
   */
  public Predicate anchor() {
    return anchor;
  }

  List<Stage> stages() {
    return stages;
  }
}
