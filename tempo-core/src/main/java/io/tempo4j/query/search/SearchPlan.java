package io.tempo4j.query.search;

import io.tempo4j.query.QueryExplanation;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.pipeline.PipelinePlan;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.PredicateText;
import io.tempo4j.query.scan.ValueTest;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlQuery;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A search, bound.
 *
 * @param text the query in its canonical form
 * @param order in which order results come
 * @param pipeline what makes a trace a result
 * @param attributes the fields whose values are shown
 * @param tests for each field in {@code attributes} the tests on it, to pick among several values
 * @param showsNames whether the names of spans are shown
 */
record SearchPlan(
    String text,
    SearchOrder order,
    PipelinePlan pipeline,
    List<FieldExpression.Reference> attributes,
    List<List<ValueTest>> tests,
    boolean showsNames) {

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
   * @throws UnsupportedQueryException if it asks for time series
   */
  static SearchPlan of(String text) {
    TraceQlQuery query = TraceQl.parse(text);
    return switch (query.statement()) {
      case Pipeline pipeline -> of(query, PipelinePlan.of(pipeline));
      case MetricsExpression metrics ->
          throw new UnsupportedQueryException("a metrics query in a search", metrics.position());
    };
  }

  private static SearchPlan of(TraceQlQuery query, PipelinePlan pipeline) {
    List<FieldExpression.Reference> attributes = new ArrayList<>();
    List<List<ValueTest>> tests = new ArrayList<>();
    boolean showsNames = false;
    for (FieldExpression.Reference reference : pipeline.references()) {
      if (reference instanceof FieldExpression.IntrinsicField field
          && NOT_SHOWN.contains(field.intrinsic())) {
        showsNames |= field.intrinsic() == Intrinsic.SPAN_NAME;
        continue;
      }
      attributes.add(reference);
      List<ValueTest> own = new ArrayList<>();
      pipeline.filters().forEach(filter -> collectTests(filter, reference, own));
      tests.add(own);
    }
    return new SearchPlan(
        query.toString(), SearchOrder.of(query), pipeline, attributes, tests, showsNames);
  }

  QueryExplanation.Plan explained() {
    return new QueryExplanation.Plan(
        text,
        order.name().toLowerCase(Locale.ROOT),
        pipeline.filters().stream().map(PredicateText::of).toList(),
        PredicateText.of(pipeline.anchor()),
        pipeline.needsWholeTrace()
            ? QueryExplanation.Evaluation.WHOLE_TRACES
            : QueryExplanation.Evaluation.SPANS);
  }

  private static void collectTests(
      Predicate predicate, FieldExpression.Reference field, List<ValueTest> into) {
    switch (predicate) {
      case Predicate.All all ->
          all.operands().forEach(operand -> collectTests(operand, field, into));
      case Predicate.Any any ->
          any.operands().forEach(operand -> collectTests(operand, field, into));
      case Predicate.Test test when test.field().equals(field) -> into.add(test.test());
      case Predicate.SomeRow some -> collectTests(some.condition(), field, into);
      case Predicate.OfOwner owner -> collectTests(owner.condition(), field, into);
      case Predicate.Test test -> {}
      case Predicate.Complement complement -> {}
      case Predicate.Exists exists -> {}
      case Predicate.RowWise rowWise -> {}
      case Predicate.Constant constant -> {}
    }
  }
}
