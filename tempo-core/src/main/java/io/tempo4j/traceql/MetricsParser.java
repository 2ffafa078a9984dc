package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Reference;
import io.tempo4j.traceql.LiteralValue.FloatValue;
import io.tempo4j.traceql.LiteralValue.IntValue;
import io.tempo4j.traceql.MetricsFunction.Compare;
import io.tempo4j.traceql.MetricsFunction.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses what turns spans into time series, and the stages that follow it. */
final class MetricsParser {

  private static final Set<String> FUNCTIONS =
      Set.of(
          "rate",
          "count_over_time",
          "min_over_time",
          "max_over_time",
          "avg_over_time",
          "sum_over_time",
          "quantile_over_time",
          "histogram_over_time",
          "compare");

  private final TokenStream tokens;
  private final FieldParser fields;

  /** Height of the tree that the last call returned. */
  private int height;

  MetricsParser(TokenStream tokens, FieldParser fields) {
    this.tokens = tokens;
    this.fields = fields;
  }

  int height() {
    return height;
  }

  static boolean startsFunction(Token token) {
    return token.is(TokenType.WORD) && FUNCTIONS.contains(token.text());
  }

  /** The function that comes next, applied to {@code pipeline}, and what follows it. */
  MetricsExpression series(Pipeline pipeline, int pipelineHeight) {
    Token name = tokens.peek();
    MetricsFunction function = function();
    List<Reference> groupBy = groupBy(function);
    int height = TokenStream.above(pipelineHeight, 0, name.position());
    return stages(
        new MetricsExpression.OfPipeline(pipeline, function, groupBy, name.position()), height);
  }

  /** All comparisons and stages that come next, applied to {@code input}. */
  MetricsExpression stages(MetricsExpression input, int inputHeight) {
    MetricsExpression staged = input;
    height = inputHeight;
    while (true) {
      Position position = tokens.peek().position();
      ComparisonOperator comparison = Operators.comparison(tokens.peek().type());
      if (comparison != null && !comparison.isRegex()) {
        tokens.take();
        LiteralValue value = calculation(Operators.SUM);
        staged = staged(staged, new MetricsStage.Threshold(comparison, value, position));
      } else if (tokens.takeIf(TokenType.PIPE)) {
        staged = staged(staged, rank());
      } else {
        return staged;
      }
    }
  }

  /** A number, or what is calculated of numbers alone. */
  private LiteralValue calculation(int leastPower) {
    LiteralValue left;
    if (tokens.takeIf(TokenType.LEFT_PAREN)) {
      left = nested(Operators.SUM);
      tokens.expect(TokenType.RIGHT_PAREN);
    } else {
      left = fields.signedNumber("a number to compare with");
    }
    while (true) {
      Token token = tokens.peek();
      ArithmeticOperator operator = Operators.arithmetic(token.type());
      if (operator == null || Operators.power(operator) < leastPower) {
        return left;
      }
      tokens.take();
      LiteralValue right = nested(Operators.rightPower(operator));
      left = SeriesNumber.of(operator, left, right, token.position());
    }
  }

  private LiteralValue nested(int leastPower) {
    tokens.enter();
    LiteralValue inner = calculation(leastPower);
    tokens.leave();
    return inner;
  }

  private MetricsExpression staged(MetricsExpression input, MetricsStage stage) {
    height = TokenStream.above(height, 0, stage.position());
    return new MetricsExpression.Staged(input, stage, stage.position());
  }

  static boolean startsRank(Token token) {
    return token.isWord("topk") || token.isWord("bottomk");
  }

  private MetricsStage rank() {
    Token name = tokens.peek();
    if (!startsRank(name)) {
      throw tokens.unexpected("topk or bottomk");
    }
    tokens.take();
    tokens.expect(TokenType.LEFT_PAREN);
    int limit = positiveInt("the number of series");
    tokens.expect(TokenType.RIGHT_PAREN);
    return name.isWord("topk")
        ? new MetricsStage.TopK(limit, name.position())
        : new MetricsStage.BottomK(limit, name.position());
  }

  private MetricsFunction function() {
    Token name = tokens.take();
    tokens.expect(TokenType.LEFT_PAREN);
    Position position = name.position();
    MetricsFunction function =
        switch (name.text()) {
          case "rate" -> new MetricsFunction.Rate(position);
          case "count_over_time" -> new MetricsFunction.CountOverTime(position);
          case "quantile_over_time" ->
              new MetricsFunction.QuantileOverTime(fields.reference(), quantiles(), position);
          case "histogram_over_time" ->
              new MetricsFunction.HistogramOverTime(fields.reference(), position);
          case "compare" -> compare(position);
          default ->
              new MetricsFunction.OverTime(
                  OverTimeFunction.ofWord(name.text()), fields.reference(), position);
        };
    tokens.expect(TokenType.RIGHT_PAREN);
    return function;
  }

  private List<Double> quantiles() {
    List<Double> quantiles = new ArrayList<>();
    do {
      tokens.expect(TokenType.COMMA);
      Position position = tokens.peek().position();
      double quantile =
          switch (fields.signedNumber("a quantile")) {
            case IntValue integer -> integer.value();
            case FloatValue number -> number.value();
            default -> Double.NaN;
          };
      if (!(quantile >= 0 && quantile <= 1)) {
        throw TraceQlException.syntax(position, "expected a quantile between 0 and 1");
      }
      quantiles.add(quantile);
    } while (!tokens.nextIs(TokenType.RIGHT_PAREN));
    return quantiles;
  }

  private Compare compare(Position position) {
    SpansetExpression.Filter selection = fields.filter();
    if (!tokens.takeIf(TokenType.COMMA)) {
      return new Compare(selection, Compare.DEFAULT_TOP_N, null, position);
    }
    int topN = positiveInt("the number of values per attribute");
    if (!tokens.takeIf(TokenType.COMMA)) {
      return new Compare(selection, topN, null, position);
    }
    Position windowPosition = tokens.peek().position();
    long start = integer("the start of the selection in nanoseconds");
    tokens.expect(TokenType.COMMA);
    long end = integer("the end of the selection in nanoseconds");
    if (start == 0 && end == 0) {
      return new Compare(selection, topN, null, position);
    }
    if (start < 0 || end <= start) {
      throw TraceQlException.syntax(windowPosition, "expected a start before the end");
    }
    return new Compare(selection, topN, new Window(start, end), position);
  }

  private List<Reference> groupBy(MetricsFunction function) {
    Token by = tokens.peek();
    if (!by.isWord("by")) {
      return List.of();
    }
    if (function instanceof Compare) {
      throw TraceQlException.syntax(by.position(), "compare cannot be grouped with by");
    }
    tokens.take();
    List<Reference> groupBy = fields();
    if (groupBy.size() > MetricsExpression.MAX_GROUP_BY) {
      throw TraceQlException.syntax(
          groupBy.get(MetricsExpression.MAX_GROUP_BY).position(),
          "series can be grouped by at most " + MetricsExpression.MAX_GROUP_BY + " fields");
    }
    return groupBy;
  }

  /** Fields in parentheses, at least one. */
  List<Reference> fields() {
    tokens.expect(TokenType.LEFT_PAREN);
    List<Reference> references = new ArrayList<>();
    do {
      references.add(fields.reference());
    } while (tokens.takeIf(TokenType.COMMA));
    tokens.expect(TokenType.RIGHT_PAREN);
    return references;
  }

  private int positiveInt(String what) {
    Position position = tokens.peek().position();
    long value = integer(what);
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw TraceQlException.syntax(
          position, "expected " + what + ", a positive integer, found " + value);
    }
    return (int) value;
  }

  private long integer(String what) {
    Token token = tokens.peek();
    if (fields.signedNumber(what + ", an integer") instanceof IntValue integer) {
      return integer.value();
    }
    throw TraceQlException.syntax(
        token.position(), "expected " + what + ", an integer, found " + token.description());
  }
}
