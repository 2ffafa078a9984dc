package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Arithmetic;
import io.tempo4j.traceql.FieldExpression.Attribute;
import io.tempo4j.traceql.FieldExpression.Comparison;
import io.tempo4j.traceql.FieldExpression.IntrinsicField;
import io.tempo4j.traceql.FieldExpression.Literal;
import io.tempo4j.traceql.FieldExpression.Logical;
import io.tempo4j.traceql.FieldExpression.Negate;
import io.tempo4j.traceql.FieldExpression.Not;
import io.tempo4j.traceql.FieldExpression.Reference;

/**
 * Refuses well-formed queries that cannot mean anything: values of types that no operator joins,
 * regular expressions that do not compile, functions over values that are not numbers.
 */
final class Checker {

  /**
   * Most states of all regular expressions of a query together. More than the longest query can
   * spell out: only counted repetitions get there.
   */
  static final int MAX_STATES = 200_000;

  private int states;

  private Checker() {}

  static void check(TraceQlQuery query) {
    new Checker().statement(query.statement());
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Pipeline pipeline -> pipeline(pipeline);
      case MetricsExpression metrics -> metrics(metrics);
    }
  }

  // ---- stages

  private void pipeline(Pipeline pipeline) {
    for (PipelineStage stage : pipeline.stages()) {
      stage(stage);
    }
  }

  private void stage(PipelineStage stage) {
    switch (stage) {
      case SpansetExpression spanset -> spanset(spanset);
      case PipelineStage.ScalarFilter filter -> scalarFilter(filter);
      case PipelineStage.GroupBy groupBy -> {
        field(groupBy.expression());
        requireReference(groupBy.expression(), "by");
      }
      case PipelineStage.Coalesce coalesce -> {}
      case PipelineStage.Select select -> {}
    }
  }

  private void spanset(SpansetExpression spanset) {
    switch (spanset) {
      case SpansetExpression.Filter filter -> condition(filter);
      case SpansetExpression.Logical logical -> {
        spanset(logical.left());
        spanset(logical.right());
      }
      case SpansetExpression.Structural structural -> {
        spanset(structural.left());
        spanset(structural.right());
      }
      case SpansetExpression.OfPipeline nested -> pipeline(nested.pipeline());
    }
  }

  private void condition(SpansetExpression.Filter filter) {
    FieldExpression condition = filter.condition();
    field(condition);
    if (!condition.type().mayBeBool()) {
      throw TraceQlException.meaning(
          condition.position(),
          "a span filter must resolve to a boolean, found " + described(condition));
    }
  }

  private void scalarFilter(PipelineStage.ScalarFilter filter) {
    scalar(filter.left());
    scalar(filter.right());
    StaticType left = filter.left().type();
    StaticType right = filter.right().type();
    if (!left.matches(right)) {
      throw TraceQlException.meaning(
          filter.position(),
          "binary operations must operate on the same type: %s %s %s"
              .formatted(left, filter.operator().symbol(), right));
    }
  }

  private void scalar(ScalarExpression scalar) {
    switch (scalar) {
      case ScalarExpression.Literal literal -> {}
      case ScalarExpression.Aggregate aggregate -> aggregate(aggregate);
      case ScalarExpression.Arithmetic sum -> {
        scalar(sum.left());
        scalar(sum.right());
        if (sum.right() instanceof ScalarExpression.Literal divisor) {
          requireDivisible(sum.operator(), sum.left().type(), divisor.value(), sum.position());
        }
      }
      case ScalarExpression.OfPipeline nested -> {
        pipeline(nested.pipeline());
        scalar(nested.value());
      }
    }
  }

  private void aggregate(ScalarExpression.Aggregate aggregate) {
    FieldExpression argument = aggregate.argument();
    if (argument == null) {
      return;
    }
    field(argument);
    String function = aggregate.function().word();
    if (!argument.type().mayBeNumeric()) {
      throw TraceQlException.meaning(
          argument.position(), function + " needs a number, found " + described(argument));
    }
    requireReference(argument, function);
  }

  private static void requireReference(FieldExpression expression, String function) {
    if (!refersToSpan(expression)) {
      throw TraceQlException.meaning(
          expression.position(),
          function
              + " needs an expression with a field of the span, found "
              + described(expression));
    }
  }

  private static boolean refersToSpan(FieldExpression expression) {
    return switch (expression) {
      case Reference reference -> true;
      case Literal literal -> false;
      case Not not -> refersToSpan(not.operand());
      case Negate negate -> refersToSpan(negate.operand());
      case Arithmetic sum -> refersToSpan(sum.left()) || refersToSpan(sum.right());
      case Comparison comparison ->
          refersToSpan(comparison.left()) || refersToSpan(comparison.right());
      case Logical logical -> logical.operands().stream().anyMatch(Checker::refersToSpan);
    };
  }

  // ---- fields

  private void field(FieldExpression expression) {
    switch (expression) {
      case Literal literal -> {}
      case Reference reference -> {}
      case Not not -> {
        field(not.operand());
        require(not.operand().type().mayBeBool(), not.position(), "!", not.operand());
      }
      case Negate negate -> {
        field(negate.operand());
        require(negate.operand().type().mayBeNumeric(), negate.position(), "-", negate.operand());
      }
      case Arithmetic sum -> {
        field(sum.left());
        field(sum.right());
        requireSameType(sum.operator().symbol(), sum.left(), sum.right(), sum.position());
        String symbol = sum.operator().symbol();
        require(sum.left().type().mayBeNumeric(), sum.position(), symbol, sum.left());
        require(sum.right().type().mayBeNumeric(), sum.position(), symbol, sum.right());
        if (sum.right() instanceof Literal divisor) {
          requireDivisible(sum.operator(), sum.left().type(), divisor.value(), sum.position());
        }
      }
      case Comparison comparison -> comparison(comparison);
      case Logical logical -> {
        for (FieldExpression operand : logical.operands()) {
          field(operand);
          require(
              operand.type().mayBeBool(), operand.position(), logical.operator().symbol(), operand);
        }
      }
    }
  }

  // What is divided by a field that happens to be 0 has no value; by a 0 in the query, nothing has.
  private static void requireDivisible(
      ArithmeticOperator operator, StaticType dividend, LiteralValue divisor, Position position) {
    boolean divides =
        operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
    boolean isZero =
        switch (divisor) {
          case LiteralValue.IntValue number -> number.value() == 0;
          case LiteralValue.DurationValue number -> number.nanos() == 0;
          default -> false;
        };
    if (divides && isZero && dividend != StaticType.FLOAT) {
      throw TraceQlException.meaning(position, "division by zero");
    }
  }

  private void comparison(Comparison comparison) {
    field(comparison.left());
    field(comparison.right());
    if (isNil(comparison.left()) || isNil(comparison.right())) {
      nilComparison(comparison);
      return;
    }
    ComparisonOperator operator = comparison.operator();
    requireSameType(
        operator.symbol(), comparison.left(), comparison.right(), comparison.position());
    for (FieldExpression side : new FieldExpression[] {comparison.left(), comparison.right()}) {
      require(allows(operator, side.type()), comparison.position(), operator.symbol(), side);
    }
    if (operator.isRegex()) {
      regex(comparison);
    }
  }

  private static boolean allows(ComparisonOperator operator, StaticType type) {
    return switch (type) {
      case DYNAMIC -> true;
      case STRING -> true;
      case INT, FLOAT, DURATION -> !operator.isRegex();
      case BOOL, STATUS, KIND, NIL -> operator.isEquality();
    };
  }

  private void regex(Comparison comparison) {
    if (!(comparison.right() instanceof Literal literal)
        || !(literal.value() instanceof LiteralValue.StringValue pattern)) {
      throw TraceQlException.meaning(
          comparison.right().position(),
          comparison.operator().symbol()
              + " needs a string with a regular expression on its right, found "
              + described(comparison.right()));
    }
    try {
      states += Regex.compile(pattern.value()).states();
    } catch (IllegalArgumentException e) {
      throw TraceQlException.meaning(literal.position(), String.valueOf(e.getMessage()));
    }
    if (states > MAX_STATES) {
      throw TraceQlException.meaning(
          literal.position(),
          "the regular expressions of the query need more than " + MAX_STATES + " states");
    }
  }

  // nil stands for the absence of an attribute. A field of the data model is never absent, nor is
  // the service's name, so asking for their absence is taken for a mistake.
  private static void nilComparison(Comparison comparison) {
    FieldExpression other = isNil(comparison.left()) ? comparison.right() : comparison.left();
    if (!comparison.operator().isEquality()) {
      throw TraceQlException.meaning(
          comparison.position(),
          "nil can be compared with = and != alone, found " + comparison.operator().symbol());
    }
    boolean isField = other instanceof Reference;
    if (!isField && other.type() != StaticType.DYNAMIC && !isNil(other)) {
      throw TraceQlException.meaning(
          other.position(), "nil can be compared with a field alone, found " + described(other));
    }
    if (comparison.operator() == ComparisonOperator.EQUAL && isAlwaysPresent(other)) {
      throw TraceQlException.meaning(comparison.position(), TraceQl.print(other) + " is never nil");
    }
  }

  private static boolean isAlwaysPresent(FieldExpression expression) {
    return expression instanceof IntrinsicField
        || (expression instanceof Attribute attribute
            && attribute.scope() == AttributeScope.RESOURCE
            && attribute.name().equals("service.name"));
  }

  private static boolean isNil(FieldExpression expression) {
    return expression instanceof Literal literal
        && literal.value() instanceof LiteralValue.NilValue;
  }

  private static void requireSameType(
      String symbol, FieldExpression left, FieldExpression right, Position position) {
    if (!left.type().matches(right.type())) {
      throw TraceQlException.meaning(
          position,
          "binary operations must operate on the same type: %s %s %s"
              .formatted(described(left), symbol, described(right)));
    }
  }

  private static void require(
      boolean allowed, Position position, String symbol, FieldExpression operand) {
    if (!allowed) {
      throw TraceQlException.meaning(
          position, symbol + " is not defined for " + described(operand));
    }
  }

  // ---- metrics

  private void metrics(MetricsExpression metrics) {
    switch (metrics) {
      case MetricsExpression.OfPipeline series -> {
        pipeline(series.pipeline());
        function(series.function());
      }
      case MetricsExpression.Staged staged -> {
        metrics(staged.input());
        requireNoCompare(staged.input(), staged.position(), symbol(staged.stage()));
      }
      case MetricsExpression.Arithmetic sum -> {
        metrics(sum.left());
        metrics(sum.right());
        requireNoCompare(sum.left(), sum.position(), sum.operator().symbol());
        requireNoCompare(sum.right(), sum.position(), sum.operator().symbol());
        if (sum.right() instanceof MetricsExpression.Constant divisor) {
          requireDivisible(sum.operator(), StaticType.DYNAMIC, divisor.value(), sum.position());
        }
      }
      case MetricsExpression.Constant constant -> {}
    }
  }

  // The series of compare count values of different attributes, and totals beside them: to rank,
  // filter or add them up would mix what cannot be compared.
  private static void requireNoCompare(
      MetricsExpression operand, Position position, String symbol) {
    if (operand instanceof MetricsExpression.OfPipeline series
        && series.function() instanceof MetricsFunction.Compare) {
      throw TraceQlException.meaning(
          position, "expected the end of the query after compare, found '" + symbol + "'");
    }
  }

  private static String symbol(MetricsStage stage) {
    return switch (stage) {
      case MetricsStage.TopK top -> "topk";
      case MetricsStage.BottomK bottom -> "bottomk";
      case MetricsStage.Threshold threshold -> threshold.operator().symbol();
    };
  }

  private void function(MetricsFunction function) {
    switch (function) {
      case MetricsFunction.Rate rate -> {}
      case MetricsFunction.CountOverTime count -> {}
      case MetricsFunction.OverTime overTime ->
          requireNumber(overTime.field(), overTime.function().word());
      case MetricsFunction.QuantileOverTime quantiles ->
          requireNumber(quantiles.field(), "quantile_over_time");
      case MetricsFunction.HistogramOverTime histogram ->
          requireNumber(histogram.field(), "histogram_over_time");
      case MetricsFunction.Compare compare -> condition(compare.selection());
    }
  }

  private static void requireNumber(Reference field, String function) {
    if (!field.type().mayBeNumeric()) {
      throw TraceQlException.meaning(
          field.position(), function + " needs a number, found " + described(field));
    }
  }

  private static String described(FieldExpression expression) {
    return Token.shortened(TraceQl.print(expression)) + " (" + expression.type() + ")";
  }
}
