package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.FilterBinder;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LogicalOperator;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.PipelineStage;
import io.tempo4j.traceql.ScalarExpression;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Binds pipelines, and simplifies what is the same for every trace: filters that follow each other
 * or are joined by {@code ||} become one, pipelines in parentheses that stand alone are taken
 * apart.
 */
final class PipelineBinder {

  private final List<Predicate> filters = new ArrayList<>();
  private final Set<FieldExpression.Reference> references = new LinkedHashSet<>();

  PipelinePlan bind(Pipeline pipeline) {
    List<Stage> stages = stages(pipeline, true);
    return new PipelinePlan(filters, stages, List.copyOf(references));
  }

  /**
   * The stages of a pipeline.
   *
   * @param ofTrace whether the first of them works on the whole trace, not on a spanset of it
   */
  private List<Stage> stages(Pipeline pipeline, boolean ofTrace) {
    List<Stage> stages = new ArrayList<>();
    addAll(pipeline, stages, ofTrace);
    return stages.isEmpty() ? List.of(all()) : stages;
  }

  private void addAll(Pipeline pipeline, List<Stage> stages, boolean ofTrace) {
    for (PipelineStage stage : pipeline.stages()) {
      add(stage, stages, ofTrace && stages.isEmpty());
    }
  }

  /** The spans of the trace: what stages that keep everything keep. */
  private Stage all() {
    filters.add(new Predicate.Constant(true));
    return new Stage.Spans(new Stage.Node.Filter(filters.size() - 1));
  }

  private void add(PipelineStage stage, List<Stage> stages, boolean ofTrace) {
    switch (stage) {
      case PipelineStage.Select select -> references.addAll(select.fields());
      case PipelineStage.Coalesce coalesce -> {
        if (stages.stream().anyMatch(PipelineBinder::mayGiveSeveral)) {
          stages.add(new Stage.Coalesce());
        }
      }
      case PipelineStage.GroupBy groupBy -> {
        FilterBinder.collectReferences(groupBy.expression(), references);
        stages.add(
            new Stage.GroupBy(
                groupBy.expression(), "by(" + TraceQl.print(groupBy.expression()) + ")"));
      }
      case PipelineStage.ScalarFilter filter -> addComparison(filter, stages, ofTrace);
      case SpansetExpression.OfPipeline nested -> addNested(nested.pipeline(), stages, ofTrace);
      case SpansetExpression spanset -> addSpans(node(spanset, ofTrace), stages);
    }
  }

  private static boolean mayGiveSeveral(Stage stage) {
    return switch (stage) {
      case Stage.GroupBy groupBy -> true;
      case Stage.Each each -> each.stages().stream().anyMatch(PipelineBinder::mayGiveSeveral);
      case Stage.Spans spans -> false;
      case Stage.Compare compare -> false;
      case Stage.Coalesce coalesce -> false;
    };
  }

  private void addSpans(Stage.Node node, List<Stage> stages) {
    if (node instanceof Stage.Node.Filter next
        && !stages.isEmpty()
        && stages.getLast() instanceof Stage.Spans last
        && last.node() instanceof Stage.Node.Filter before) {
      stages.removeLast();
      stages.add(new Stage.Spans(joined(before, next, LogicalOperator.AND)));
      return;
    }
    stages.add(new Stage.Spans(node));
  }

  /** Stages in parentheses: as if the parentheses were not there, unless a stage joins spansets. */
  private void addNested(Pipeline pipeline, List<Stage> stages, boolean ofTrace) {
    boolean joins =
        pipeline.stages().stream().anyMatch(stage -> stage instanceof PipelineStage.Coalesce);
    if (stages.isEmpty() || !joins) {
      addAll(pipeline, stages, ofTrace);
    } else {
      stages.add(new Stage.Each(stages(pipeline, false)));
    }
  }

  // ---- spansets

  private Stage.Node node(SpansetExpression expression, boolean ofTrace) {
    return switch (expression) {
      case SpansetExpression.Filter filter -> {
        FilterBinder.collectReferences(filter.condition(), references);
        filters.add(FilterBinder.bind(filter.condition()));
        yield new Stage.Node.Filter(filters.size() - 1);
      }
      case SpansetExpression.Logical logical -> {
        Stage.Node left = node(logical.left(), ofTrace);
        Stage.Node right = node(logical.right(), ofTrace);
        if (logical.operator() == LogicalOperator.AND) {
          yield new Stage.Node.Both(left, right);
        }
        yield left instanceof Stage.Node.Filter one && right instanceof Stage.Node.Filter other
            ? joined(one, other, LogicalOperator.OR)
            : new Stage.Node.Either(left, right);
      }
      case SpansetExpression.Structural structural ->
          new Stage.Node.Structural(
              structural.relation(),
              structural.form(),
              node(structural.left(), ofTrace),
              node(structural.right(), ofTrace));
      case SpansetExpression.OfPipeline nested -> {
        List<Stage> stages = stages(nested.pipeline(), ofTrace);
        yield stages.size() == 1 && stages.get(0) instanceof Stage.Spans only
            ? only.node()
            : new Stage.Node.Nested(stages);
      }
    };
  }

  /** One filter in place of two, of which the second was the last to be bound. */
  private Stage.Node.Filter joined(
      Stage.Node.Filter first, Stage.Node.Filter second, LogicalOperator operator) {
    List<Predicate> both = List.of(filters.get(first.index()), filters.get(second.index()));
    Predicate predicate =
        operator == LogicalOperator.AND ? Predicate.allOf(both) : Predicate.anyOf(both);
    filters.removeLast();
    filters.set(first.index(), predicate);
    return first;
  }

  // ---- scalars

  private void addComparison(
      PipelineStage.ScalarFilter filter, List<Stage> stages, boolean ofTrace) {
    if (ofTrace) {
      List<ScalarExpression.OfPipeline> pipelines = new ArrayList<>();
      int aggregates = count(filter.left(), pipelines) + count(filter.right(), pipelines);
      if (pipelines.size() == 1 && aggregates == 0) {
        // ({…} | count()) > 2 is {…} | count() > 2
        ScalarExpression.OfPipeline only = pipelines.get(0);
        addAll(only.pipeline(), stages, true);
        stages.add(
            new Stage.Compare(
                filter.operator(),
                scalar(unwrapped(filter.left(), only)),
                scalar(unwrapped(filter.right(), only)),
                List.of()));
        return;
      }
    }
    Stage.Scalar left = scalar(filter.left());
    Stage.Scalar right = scalar(filter.right());
    List<List<Stage>> sources = new ArrayList<>();
    if (ofTrace) {
      collectSources(left, sources);
      collectSources(right, sources);
    }
    stages.add(new Stage.Compare(filter.operator(), left, right, sources));
  }

  /** Collects the pipelines in an expression; the number of aggregates outside them. */
  private static int count(
      ScalarExpression expression, List<ScalarExpression.OfPipeline> pipelines) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> 0;
      case ScalarExpression.Aggregate aggregate -> 1;
      case ScalarExpression.Arithmetic sum ->
          count(sum.left(), pipelines) + count(sum.right(), pipelines);
      case ScalarExpression.OfPipeline pipeline -> {
        pipelines.add(pipeline);
        yield 0;
      }
    };
  }

  /** The expression with the value of {@code pipeline} in the place of {@code pipeline}. */
  private static ScalarExpression unwrapped(
      ScalarExpression expression, ScalarExpression.OfPipeline pipeline) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> literal;
      case ScalarExpression.Aggregate aggregate -> aggregate;
      case ScalarExpression.Arithmetic sum ->
          new ScalarExpression.Arithmetic(
              sum.operator(),
              unwrapped(sum.left(), pipeline),
              unwrapped(sum.right(), pipeline),
              sum.position());
      case ScalarExpression.OfPipeline other -> other.value();
    };
  }

  private static void collectSources(Stage.Scalar scalar, List<List<Stage>> into) {
    switch (scalar) {
      case Stage.Scalar.Constant constant -> {}
      case Stage.Scalar.Aggregate aggregate -> {}
      case Stage.Scalar.Arithmetic sum -> {
        collectSources(sum.left(), into);
        collectSources(sum.right(), into);
      }
      case Stage.Scalar.OfStages inner -> into.add(inner.stages());
    }
  }

  private Stage.Scalar scalar(ScalarExpression expression) {
    return switch (expression) {
      case ScalarExpression.Literal literal ->
          new Stage.Scalar.Constant(Objects.requireNonNull(Value.of(literal.value())));
      case ScalarExpression.Aggregate aggregate -> {
        FieldExpression argument = aggregate.argument();
        FilterBinder.collectReferences(argument, references);
        String inner = argument == null ? "" : TraceQl.print(argument);
        yield new Stage.Scalar.Aggregate(
            aggregate.function(),
            argument,
            aggregate.function().word() + "(" + inner + ")",
            aggregate.type());
      }
      case ScalarExpression.Arithmetic sum ->
          new Stage.Scalar.Arithmetic(sum.operator(), scalar(sum.left()), scalar(sum.right()));
      case ScalarExpression.OfPipeline pipeline ->
          new Stage.Scalar.OfStages(stages(pipeline.pipeline(), true), scalar(pipeline.value()));
    };
  }
}
