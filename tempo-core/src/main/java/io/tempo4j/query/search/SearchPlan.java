package io.tempo4j.query.search;

import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.scan.FilterBinder;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ValueTest;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.LogicalOperator;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.PipelineStage;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlQuery;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A search, bound: filters that are evaluated over columns, and how their spansets combine within a
 * trace.
 *
 * @param filters the predicates of all spanset filters
 * @param combination what makes a trace a result, and which filters' spans it then shows
 * @param attributes the fields whose values are shown
 * @param tests for each field in {@code attributes} the tests on it, to pick among several values
 * @param showsNames whether the names of spans are shown
 */
record SearchPlan(
    List<Predicate> filters,
    Combination combination,
    List<FieldExpression.Reference> attributes,
    List<List<ValueTest>> tests,
    boolean showsNames) {

  /** How filters combine within one trace. */
  sealed interface Combination {
    /** The spans of filter {@code index}. */
    record Filter(int index) implements Combination {}

    /** The spans of both sides, if both have some. */
    record Both(Combination left, Combination right) implements Combination {}

    /** The spans of both sides. */
    record Either(Combination left, Combination right) implements Combination {}
  }

  /** Shown in their own places of a result, or too plain to repeat for every span. */
  private static final Set<Intrinsic> NOT_SHOWN =
      EnumSet.of(
          Intrinsic.SPAN_NAME,
          Intrinsic.SPAN_DURATION,
          Intrinsic.SPAN_ID,
          Intrinsic.TRACE_DURATION,
          Intrinsic.TRACE_ROOT_NAME,
          Intrinsic.TRACE_ROOT_SERVICE,
          Intrinsic.TRACE_ID);

  /**
   * Parses and binds a query.
   *
   * @throws io.tempo4j.traceql.TraceQlException if it is no TraceQL
   * @throws UnsupportedQueryException if it uses what is not evaluated here
   */
  static SearchPlan of(String text) {
    TraceQlQuery query = TraceQl.parse(text);
    return switch (query.statement()) {
      case Pipeline pipeline -> new Builder().build(pipeline);
      case MetricsExpression metrics ->
          throw new UnsupportedQueryException("a metrics query in a search", metrics.position());
    };
  }

  private static final class Builder {
    private final List<Predicate> filters = new ArrayList<>();
    private final Set<FieldExpression.Reference> references = new LinkedHashSet<>();

    SearchPlan build(Pipeline pipeline) {
      Combination combination = pipeline(pipeline);
      List<FieldExpression.Reference> attributes = new ArrayList<>();
      List<List<ValueTest>> tests = new ArrayList<>();
      boolean showsNames = false;
      for (FieldExpression.Reference reference : references) {
        if (reference instanceof FieldExpression.IntrinsicField field
            && NOT_SHOWN.contains(field.intrinsic())) {
          showsNames |= field.intrinsic() == Intrinsic.SPAN_NAME;
          continue;
        }
        attributes.add(reference);
        List<ValueTest> own = new ArrayList<>();
        filters.forEach(filter -> collectTests(filter, reference, own));
        tests.add(own);
      }
      return new SearchPlan(filters, combination, attributes, tests, showsNames);
    }

    private Combination pipeline(Pipeline pipeline) {
      Combination combination = null;
      for (PipelineStage stage : pipeline.stages()) {
        if (combination == null) {
          combination = first(stage);
          continue;
        }
        further(stage, combination);
      }
      if (combination == null) {
        throw new IllegalArgumentException("a pipeline without stages");
      }
      return combination;
    }

    private Combination first(PipelineStage stage) {
      if (stage instanceof SpansetExpression spanset) {
        return spanset(spanset);
      }
      throw unsupported(stage);
    }

    private void further(PipelineStage stage, Combination combination) {
      switch (stage) {
        case PipelineStage.Select select -> references.addAll(select.fields());
        // There is one spanset per trace, so there is nothing to join.
        case PipelineStage.Coalesce coalesce -> {}
        case SpansetExpression.Filter filter when combination instanceof Combination.Filter only ->
            narrow(only.index(), filter);
        default -> throw unsupported(stage);
      }
    }

    private Combination spanset(SpansetExpression expression) {
      return switch (expression) {
        case SpansetExpression.Filter filter -> {
          FilterBinder.collectReferences(filter.condition(), references);
          filters.add(FilterBinder.bind(filter.condition()));
          yield new Combination.Filter(filters.size() - 1);
        }
        case SpansetExpression.Logical logical -> {
          Combination left = spanset(logical.left());
          Combination right = spanset(logical.right());
          yield logical.operator() == LogicalOperator.AND
              ? new Combination.Both(left, right)
              : new Combination.Either(left, right);
        }
        case SpansetExpression.Structural structural -> throw unsupported(structural);
        case SpansetExpression.OfPipeline inner -> {
          if (inner.pipeline().stages().size() == 1
              && inner.pipeline().stages().get(0) instanceof SpansetExpression only) {
            yield spanset(only);
          }
          throw new UnsupportedQueryException(
              "a pipeline in parentheses", inner.pipeline().position());
        }
      };
    }

    /** {@code {a} | {b}} selects the spans for which both hold. */
    private void narrow(int index, SpansetExpression.Filter filter) {
      FilterBinder.collectReferences(filter.condition(), references);
      filters.set(
          index,
          new Predicate.All(List.of(filters.get(index), FilterBinder.bind(filter.condition()))));
    }

    private static UnsupportedQueryException unsupported(PipelineStage stage) {
      String construct =
          switch (stage) {
            case SpansetExpression.Structural structural ->
                "the structural operator "
                    + structural.form().prefix()
                    + structural.relation().symbol();
            case PipelineStage.ScalarFilter filter -> "a comparison of aggregates";
            case PipelineStage.GroupBy by -> "by()";
            case PipelineStage.Coalesce coalesce -> "coalesce() as first stage";
            case PipelineStage.Select select -> "select() as first stage";
            case SpansetExpression spanset -> "a spanset expression behind another";
          };
      return new UnsupportedQueryException(construct, stage.position());
    }

    private static void collectTests(
        Predicate predicate, FieldExpression.Reference field, List<ValueTest> into) {
      switch (predicate) {
        case Predicate.All all ->
            all.operands().forEach(operand -> collectTests(operand, field, into));
        case Predicate.Any any ->
            any.operands().forEach(operand -> collectTests(operand, field, into));
        case Predicate.Test test when test.field().equals(field) -> into.add(test.test());
        case Predicate.Test test -> {}
        case Predicate.Complement complement -> {}
        case Predicate.Exists exists -> {}
        case Predicate.RowWise rowWise -> {}
        case Predicate.Constant constant -> {}
      }
    }
  }
}
