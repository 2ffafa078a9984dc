package io.tempo4j.query.oracle;

import io.tempo4j.traceql.AggregateFunction;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LogicalOperator;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.PipelineStage;
import io.tempo4j.traceql.ScalarExpression;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.StaticType;
import io.tempo4j.traceql.StructuralForm;
import io.tempo4j.traceql.StructuralRelation;
import io.tempo4j.traceql.TraceQl;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a pipeline means for one whole trace, said as plainly as possible: sets of span objects,
 * every pair of them compared.
 */
public final class PlainPipeline {

  /**
   * Spans kept together.
   *
   * @param values what stages attached: String, Long, Double, Boolean or whatever an attribute
   *     holds
   */
  public record PlainSpanset(Set<PlainSpan> spans, Map<String, Object> values) {}

  /** A duration where it must be told from an integer. */
  public record Nanos(long value) {}

  private final List<PlainSpan> trace;
  private final PlainEvaluator evaluator;

  public PlainPipeline(List<PlainSpan> trace) {
    this.trace = trace;
    evaluator = new PlainEvaluator(trace);
  }

  public List<PlainSpanset> evaluate(Pipeline pipeline) {
    return run(pipeline, List.of(new PlainSpanset(new LinkedHashSet<>(trace), Map.of())), true);
  }

  private List<PlainSpanset> run(Pipeline pipeline, List<PlainSpanset> input, boolean ofTrace) {
    List<PlainSpanset> spansets = input;
    boolean isFirst = ofTrace;
    for (PipelineStage stage : pipeline.stages()) {
      spansets = run(stage, spansets, isFirst);
      spansets = spansets.stream().filter(s -> !s.spans.isEmpty()).toList();
      isFirst = isFirst && keepsAll(stage);
    }
    return spansets;
  }

  /** Stages that change nothing at the start leave the next one the first. */
  private static boolean keepsAll(PipelineStage stage) {
    return switch (stage) {
      case PipelineStage.Select select -> true;
      case PipelineStage.Coalesce coalesce -> true;
      case SpansetExpression.OfPipeline nested ->
          nested.pipeline().stages().stream().allMatch(PlainPipeline::keepsAll);
      default -> false;
    };
  }

  private List<PlainSpanset> run(PipelineStage stage, List<PlainSpanset> input, boolean isFirst) {
    List<PlainSpanset> output = new ArrayList<>();
    switch (stage) {
      case PipelineStage.Select select -> output.addAll(input);
      case PipelineStage.Coalesce coalesce -> {
        if (!input.isEmpty()) {
          output.add(joined(input));
        }
      }
      case PipelineStage.GroupBy by -> input.forEach(s -> output.addAll(grouped(by, s)));
      case PipelineStage.ScalarFilter filter ->
          input.forEach(s -> output.addAll(compared(filter, s, isFirst)));
      case SpansetExpression.OfPipeline nested ->
          input.forEach(s -> output.addAll(run(nested.pipeline(), List.of(s), isFirst)));
      case SpansetExpression spanset ->
          input.forEach(
              s -> output.add(new PlainSpanset(spans(spanset, s.spans, isFirst), s.values)));
    }
    return output;
  }

  private static PlainSpanset joined(List<PlainSpanset> spansets) {
    Set<PlainSpan> spans = new LinkedHashSet<>();
    Map<String, Object> values = new LinkedHashMap<>(spansets.get(0).values);
    for (PlainSpanset spanset : spansets) {
      spans.addAll(spanset.spans);
      values.entrySet().retainAll(spanset.values.entrySet());
    }
    return new PlainSpanset(spans, values);
  }

  private List<PlainSpanset> grouped(PipelineStage.GroupBy by, PlainSpanset input) {
    Map<Object, Set<PlainSpan>> groups = new LinkedHashMap<>();
    for (PlainSpan span : input.spans) {
      Object value = evaluator.value(by.expression(), span);
      Object key = value == null ? "nil" : typed(value, by.expression().type());
      groups.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(span);
    }
    String label = "by(" + TraceQl.print(by.expression()) + ")";
    return groups.entrySet().stream()
        .map(e -> new PlainSpanset(e.getValue(), with(input.values, label, e.getKey())))
        .toList();
  }

  private static Object typed(Object value, StaticType type) {
    return type == StaticType.DURATION && value instanceof Number number
        ? new Nanos(number.longValue())
        : value;
  }

  /** A later value of the same name takes the place of an earlier one. */
  private static Map<String, Object> with(Map<String, Object> values, String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.remove(key);
    more.put(key, value);
    return more;
  }

  // ---- scalars

  private List<PlainSpanset> compared(
      PipelineStage.ScalarFilter filter, PlainSpanset input, boolean isFirst) {
    List<ScalarExpression.OfPipeline> pipelines = new ArrayList<>();
    boolean hasAggregates = collect(filter.left(), pipelines) | collect(filter.right(), pipelines);
    if (isFirst && pipelines.size() == 1 && !hasAggregates) {
      // Spans of the only pipeline, spanset by spanset.
      List<PlainSpanset> kept = new ArrayList<>();
      for (PlainSpanset spanset : run(pipelines.get(0).pipeline(), List.of(input), true)) {
        Map<String, Object> values = new LinkedHashMap<>(spanset.values);
        if (holds(filter, spanset.spans, values, pipelines.get(0))) {
          kept.add(new PlainSpanset(spanset.spans, values));
        }
      }
      return kept;
    }
    Map<String, Object> values = new LinkedHashMap<>(input.values);
    if (!holds(filter, input.spans, values, null)) {
      return List.of();
    }
    Set<PlainSpan> spans = input.spans;
    if (isFirst && !pipelines.isEmpty()) {
      spans = new LinkedHashSet<>();
      for (ScalarExpression.OfPipeline pipeline : pipelines) {
        spans.addAll(allSpans(evaluate(pipeline.pipeline())));
      }
    }
    return List.of(new PlainSpanset(spans, values));
  }

  private boolean holds(
      PipelineStage.ScalarFilter filter,
      Set<PlainSpan> spans,
      Map<String, Object> values,
      ScalarExpression.OfPipeline open) {
    Object left = scalar(filter.left(), spans, values, open);
    Object right = scalar(filter.right(), spans, values, open);
    return left != null
        && right != null
        && PlainEvaluator.numbers(filter.operator(), (Number) left, (Number) right);
  }

  /** Whether there are aggregates outside the pipelines that it collects. */
  private static boolean collect(
      ScalarExpression expression, List<ScalarExpression.OfPipeline> pipelines) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> false;
      case ScalarExpression.Aggregate aggregate -> true;
      case ScalarExpression.Arithmetic sum ->
          collect(sum.left(), pipelines) | collect(sum.right(), pipelines);
      case ScalarExpression.OfPipeline pipeline -> {
        pipelines.add(pipeline);
        yield false;
      }
    };
  }

  private Object scalar(
      ScalarExpression expression,
      Set<PlainSpan> spans,
      Map<String, Object> values,
      ScalarExpression.OfPipeline open) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> PlainEvaluator.literal(literal.value());
      case ScalarExpression.Aggregate aggregate -> {
        Object value = aggregate(aggregate.function(), aggregate.argument(), spans);
        if (value != null) {
          String argument = aggregate.argument() == null ? "" : TraceQl.print(aggregate.argument());
          String key = aggregate.function().word() + "(" + argument + ")";
          values.remove(key);
          values.put(key, typed(value, aggregate.type()));
        }
        yield value;
      }
      case ScalarExpression.Arithmetic sum -> {
        Object left = scalar(sum.left(), spans, values, open);
        Object right = scalar(sum.right(), spans, values, open);
        yield PlainEvaluator.calculate(sum.operator().symbol(), left, right);
      }
      case ScalarExpression.OfPipeline pipeline ->
          pipeline == open
              ? scalar(pipeline.value(), spans, values, null)
              : scalar(
                  pipeline.value(),
                  allSpans(evaluate(pipeline.pipeline())),
                  new LinkedHashMap<>(),
                  null);
    };
  }

  private static Set<PlainSpan> allSpans(List<PlainSpanset> spansets) {
    Set<PlainSpan> spans = new LinkedHashSet<>();
    spansets.forEach(s -> spans.addAll(s.spans));
    return spans;
  }

  private Object aggregate(
      AggregateFunction function, FieldExpression argument, Collection<PlainSpan> spans) {
    if (function == AggregateFunction.COUNT) {
      return (long) spans.size();
    }
    List<Number> numbers =
        spans.stream()
            .map(span -> evaluator.value(argument, span))
            .filter(v -> v instanceof Long || (v instanceof Double d && !d.isNaN()))
            .map(Number.class::cast)
            .toList();
    if (numbers.isEmpty()) {
      return null;
    }
    boolean areWhole = numbers.stream().allMatch(Long.class::isInstance);
    return switch (function) {
      case COUNT -> throw new AssertionError();
      case SUM ->
          areWhole
              ? (Object) numbers.stream().mapToLong(Number::longValue).sum()
              : (Object) sum(numbers);
      case AVG -> sum(numbers) / numbers.size();
      case MIN -> extreme(numbers, numbers.stream().mapToDouble(Number::doubleValue).min());
      case MAX -> extreme(numbers, numbers.stream().mapToDouble(Number::doubleValue).max());
    };
  }

  /** Without any rounding before the end. */
  private static double sum(List<Number> numbers) {
    double rounded = numbers.stream().mapToDouble(Number::doubleValue).sum();
    if (numbers.stream().anyMatch(n -> !Double.isFinite(n.doubleValue()))) {
      return rounded;
    }
    return numbers.stream()
        .map(n ->
            n instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(n.doubleValue()))
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  /** An integer where there is one of that value. */
  private static Object extreme(List<Number> numbers, OptionalDouble value) {
    return numbers.stream()
        .filter(n -> n instanceof Long && n.doubleValue() == value.orElseThrow())
        .findFirst()
        .orElse(value.orElseThrow());
  }

  // ---- spansets

  private Set<PlainSpan> spans(
      SpansetExpression expression, Set<PlainSpan> input, boolean ofTrace) {
    Set<PlainSpan> result = new LinkedHashSet<>();
    switch (expression) {
      case SpansetExpression.Filter filter ->
          input.stream()
              .filter(span -> evaluator.isTrue(filter.condition(), span))
              .forEach(result::add);
      case SpansetExpression.Logical logical -> {
        Set<PlainSpan> left = spans(logical.left(), input, ofTrace);
        Set<PlainSpan> right = spans(logical.right(), input, ofTrace);
        if (logical.operator() == LogicalOperator.OR || (!left.isEmpty() && !right.isEmpty())) {
          result.addAll(left);
          result.addAll(right);
        }
      }
      case SpansetExpression.Structural structural -> {
        Set<PlainSpan> left = spans(structural.left(), input, ofTrace);
        Set<PlainSpan> right = spans(structural.right(), input, ofTrace);
        for (PlainSpan r : right) {
          boolean isRelated = left.stream().anyMatch(l -> isRelated(structural.relation(), r, l));
          if (isRelated != (structural.form() == StructuralForm.NEGATED)) {
            result.add(r);
          }
        }
        if (structural.form() == StructuralForm.UNION) {
          left.stream()
              .filter(l -> right.stream().anyMatch(r -> isRelated(structural.relation(), r, l)))
              .forEach(result::add);
        }
      }
      case SpansetExpression.OfPipeline nested ->
          result.addAll(
              allSpans(
                  run(nested.pipeline(), List.of(new PlainSpanset(input, Map.of())), ofTrace)));
    }
    return result;
  }

  /** Whether {@code span} is the {@code relation} of {@code other}. */
  private boolean isRelated(StructuralRelation relation, PlainSpan span, PlainSpan other) {
    if (!isConnected(span) || !isConnected(other)) {
      return false;
    }
    return switch (relation) {
      case CHILD -> evaluator.parent(span) == other;
      case PARENT -> evaluator.parent(other) == span;
      case DESCENDANT -> ancestors(span).contains(other);
      case ANCESTOR -> ancestors(other).contains(span);
      case SIBLING ->
          span != other && Objects.equals(evaluator.parent(span), evaluator.parent(other));
    };
  }

  private boolean isConnected(PlainSpan span) {
    List<PlainSpan> ancestors = ancestors(span);
    PlainSpan top = ancestors.isEmpty() ? span : ancestors.getLast();
    return top.parentId() == 0;
  }

  /** From the parent upwards, as far as there is no cycle. */
  private List<PlainSpan> ancestors(PlainSpan span) {
    List<PlainSpan> ancestors = new ArrayList<>();
    PlainSpan at = evaluator.parent(span);
    while (at != null && !ancestors.contains(at)) {
      ancestors.add(at);
      at = evaluator.parent(at);
    }
    return ancestors;
  }
}
