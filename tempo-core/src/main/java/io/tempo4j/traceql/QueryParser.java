package io.tempo4j.traceql;

import io.tempo4j.traceql.Part.Operand;
import io.tempo4j.traceql.Part.Scalar;
import io.tempo4j.traceql.Part.Series;
import io.tempo4j.traceql.Part.Stage;
import io.tempo4j.traceql.Part.Stages;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses everything outside braces: stages, pipes, operators between them, and hints. */
final class QueryParser {

  private static final String OPERAND = "'{', '(', a number or a function";

  private final TokenStream tokens;
  private final FieldParser fields;
  private final MetricsParser metrics;

  /** Height of the tree that the last call returned. */
  private int height;

  QueryParser(String text) {
    this.tokens = new TokenStream(text);
    this.fields = new FieldParser(tokens);
    this.metrics = new MetricsParser(tokens, fields);
  }

  TraceQlQuery query() {
    Statement statement =
        switch (piped()) {
          case Stages stages -> stages.pipeline();
          case Stage stage -> new Pipeline(List.of(stage.stage()), stage.stage().position());
          case Series series -> series.metrics();
          case Scalar scalar -> throw expectedComparison();
        };
    List<Hint> hints = List.of();
    while (tokens.peek().isWord("with")) {
      hints = hints(); // of several clauses the last holds
    }
    if (!tokens.nextIs(TokenType.END)) {
      throw tokens.unexpected(
          hints.isEmpty() ? "an operator, '|' or the end of the query" : "the end of the query");
    }
    return new TraceQlQuery(statement, hints);
  }

  /** The field that is the whole text. */
  FieldExpression.Reference onlyReference() {
    FieldExpression.Reference reference = fields.reference();
    tokens.expect(TokenType.END);
    return reference;
  }

  private Part piped() {
    Position position = tokens.peek().position();
    List<PipelineStage> stages = new ArrayList<>();
    Operand part = operation(Operators.LOGICAL);
    int highest = height;
    while (true) {
      switch (part) {
        case Stage stage -> {
          if (stages.isEmpty() && stage.stage() instanceof PipelineStage.Coalesce coalesce) {
            throw TraceQlException.syntax(
                coalesce.position(),
                "coalesce must follow a pipe, as in '{ } | by(.a) | coalesce()'");
          }
          stages.add(stage.stage());
        }
        case Scalar scalar -> {
          return scalarAtEnd(stages, scalar, highest, position);
        }
        case Series series -> {
          if (!stages.isEmpty()) {
            throw TraceQlException.syntax(
                series.metrics().position(), "time series must stand at the start of the query");
          }
          return series(metrics.stages(series.metrics(), highest));
        }
      }
      if (!tokens.takeIf(TokenType.PIPE)) {
        height = TokenStream.above(highest, 0, position);
        return stages.size() == 1
            ? new Stage(stages.getFirst())
            : new Stages(new Pipeline(stages, position));
      }
      if (MetricsParser.startsFunction(tokens.peek())) {
        return series(metrics.series(new Pipeline(stages, position), highest));
      }
      part = operation(Operators.LOGICAL);
      highest = Math.max(highest, height);
    }
  }

  private Part scalarAtEnd(
      List<PipelineStage> stages, Scalar scalar, int highest, Position position) {
    if (!tokens.nextIs(TokenType.RIGHT_PAREN)) {
      throw expectedComparison();
    }
    if (stages.isEmpty()) {
      return scalar;
    }
    height = TokenStream.above(highest, 0, position);
    Pipeline pipeline = new Pipeline(stages, position);
    return new Scalar(new ScalarExpression.OfPipeline(pipeline, scalar.scalar(), position));
  }

  private Part series(MetricsExpression series) {
    height = metrics.height();
    return new Series(series);
  }

  private TraceQlException expectedComparison() {
    return tokens.unexpected("a comparison of the number before it, such as '> 3'");
  }

  // Precedence parsing as in FieldParser, but what an operator means depends on its operands:
  // `>` relates spansets and compares numbers.
  private Operand operation(int leastPower) {
    Operand left = operand();
    int leftHeight = height;
    while (true) {
      Token token = tokens.peek();
      int power = power(token.type());
      if (power == 0 || power < leastPower) {
        height = leftHeight;
        return left;
      }
      tokens.take();
      ArithmeticOperator arithmetic = Operators.arithmetic(token.type());
      tokens.enter();
      Operand right = operation(arithmetic == null ? power + 1 : Operators.rightPower(arithmetic));
      tokens.leave();
      left = Combination.of(token, left, right);
      leftHeight = TokenStream.above(leftHeight, height, token.position());
    }
  }

  private static int power(TokenType type) {
    ArithmeticOperator arithmetic = Operators.arithmetic(type);
    if (arithmetic != null) {
      return Operators.power(arithmetic);
    }
    if (Operators.logical(type) != null) {
      return Operators.LOGICAL;
    }
    return Operators.relation(type) != null || Operators.comparison(type) != null
        ? Operators.COMPARISON
        : 0;
  }

  private Operand operand() {
    height = 1;
    Token token = tokens.peek();
    return switch (token.type()) {
      case LEFT_BRACE -> new Stage(fields.filter());
      case LEFT_PAREN -> parenthesised();
      case NUMBER, MINUS ->
          new Scalar(
              new ScalarExpression.Literal(fields.signedNumber("a number"), token.position()));
      case WORD -> function(token);
      default -> throw tokens.unexpected(OPERAND);
    };
  }

  private Operand parenthesised() {
    Position position = tokens.take().position();
    tokens.enter();
    Part inner = piped();
    tokens.leave();
    tokens.expect(TokenType.RIGHT_PAREN);
    return switch (inner) {
      case Scalar scalar -> scalar;
      case Series series -> series;
      case Stage stage when stage.stage() instanceof SpansetExpression -> stage;
      case Stage stage -> nested(new Pipeline(List.of(stage.stage()), position), position);
      case Stages stages -> nested(stages.pipeline(), position);
    };
  }

  private static Operand nested(Pipeline pipeline, Position position) {
    return new Stage(new SpansetExpression.OfPipeline(pipeline, position));
  }

  private Operand function(Token token) {
    AggregateFunction aggregate = AggregateFunction.ofWord(token.text());
    if (aggregate != null) {
      return new Scalar(aggregate(aggregate));
    }
    switch (token.text()) {
      case "by" -> {
        tokens.take();
        tokens.expect(TokenType.LEFT_PAREN);
        FieldExpression expression = fields.expression();
        tokens.expect(TokenType.RIGHT_PAREN);
        return new Stage(new PipelineStage.GroupBy(expression, token.position()));
      }
      case "coalesce" -> {
        tokens.take();
        tokens.expect(TokenType.LEFT_PAREN);
        tokens.expect(TokenType.RIGHT_PAREN);
        return new Stage(new PipelineStage.Coalesce(token.position()));
      }
      case "select" -> {
        tokens.take();
        return new Stage(new PipelineStage.Select(metrics.fields(), token.position()));
      }
      case "minInt", "maxInt" -> {
        return new Scalar(
            new ScalarExpression.Literal(fields.signedNumber("a number"), token.position()));
      }
      default -> throw unexpectedWord(token);
    }
  }

  private TraceQlException unexpectedWord(Token token) {
    if (MetricsParser.startsFunction(token)) {
      return TraceQlException.syntax(
          token.position(), token.text() + " must follow a pipe, as in '{ } | rate()'");
    }
    if (MetricsParser.startsRank(token)) {
      return TraceQlException.syntax(
          token.position(),
          token.text() + " must follow time series, as in '{ } | rate() | topk(5)'");
    }
    return tokens.unexpected(OPERAND);
  }

  private ScalarExpression aggregate(AggregateFunction function) {
    Position position = tokens.take().position();
    tokens.expect(TokenType.LEFT_PAREN);
    @Nullable FieldExpression argument =
        function == AggregateFunction.COUNT ? null : fields.expression();
    tokens.expect(TokenType.RIGHT_PAREN);
    return new ScalarExpression.Aggregate(function, argument, position);
  }

  private List<Hint> hints() {
    tokens.take();
    tokens.expect(TokenType.LEFT_PAREN);
    List<Hint> hints = new ArrayList<>();
    do {
      Token name = tokens.peek();
      if (!name.is(TokenType.WORD)) {
        throw tokens.unexpected("the name of a hint");
      }
      tokens.take();
      tokens.expect(TokenType.EQUAL);
      hints.add(new Hint(name.text(), hintValue(), name.position()));
    } while (tokens.takeIf(TokenType.COMMA));
    tokens.expect(TokenType.RIGHT_PAREN);
    return hints;
  }

  private LiteralValue hintValue() {
    Token token = tokens.peek();
    return switch (token.type()) {
      case STRING -> FieldParser.literalOf(tokens.take());
      case WORD -> {
        tokens.take();
        LiteralValue literal = FieldParser.literalWord(token.text());
        yield literal != null ? literal : new LiteralValue.StringValue(token.text());
      }
      default -> fields.signedNumber("the value of the hint");
    };
  }
}
