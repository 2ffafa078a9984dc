package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Arithmetic;
import io.tempo4j.traceql.FieldExpression.Comparison;
import io.tempo4j.traceql.FieldExpression.IntrinsicField;
import io.tempo4j.traceql.FieldExpression.Literal;
import io.tempo4j.traceql.FieldExpression.Logical;
import io.tempo4j.traceql.FieldExpression.Negate;
import io.tempo4j.traceql.FieldExpression.Not;
import io.tempo4j.traceql.FieldExpression.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses braces and arguments: expressions over one span. */
final class FieldParser {

  private static final String OPERAND = "a field, a literal or '('";

  private final TokenStream tokens;

  /** Height of the tree that the last call returned. */
  private int height;

  FieldParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** {@code { condition }}. */
  SpansetExpression.Filter filter() {
    Position position = tokens.expect(TokenType.LEFT_BRACE).position();
    FieldExpression condition =
        tokens.nextIs(TokenType.RIGHT_BRACE)
            ? new FieldExpression.Literal(new LiteralValue.BoolValue(true), position)
            : expression();
    if (!tokens.takeIf(TokenType.RIGHT_BRACE)) {
      throw tokens.unexpected("an operator or '}'");
    }
    return new SpansetExpression.Filter(condition, position);
  }

  /** An expression with any operator. */
  FieldExpression expression() {
    return expression(Operators.LOGICAL);
  }

  // Operator precedence parsing (V. R. Pratt, "Top down operator precedence", 1973): reads an
  // operand, then every operator that binds at least as strongly as asked.
  private FieldExpression expression(int leastPower) {
    FieldExpression left = operand();
    int leftHeight = height;
    while (true) {
      Token token = tokens.peek();
      LogicalOperator logical = Operators.logical(token.type());
      ComparisonOperator comparison = Operators.comparison(token.type());
      ArithmeticOperator arithmetic = Operators.arithmetic(token.type());
      if (logical != null && leastPower <= Operators.LOGICAL) {
        left = chain(logical, left, leftHeight);
      } else if (comparison != null && leastPower <= Operators.COMPARISON) {
        tokens.take();
        FieldExpression right = expression(Operators.COMPARISON + 1);
        left = new Comparison(comparison, left, right, token.position());
        height = TokenStream.above(leftHeight, height, token.position());
      } else if (arithmetic != null && leastPower <= Operators.power(arithmetic)) {
        tokens.take();
        FieldExpression right = nested(Operators.rightPower(arithmetic));
        left = new Arithmetic(arithmetic, left, right, token.position());
        height = TokenStream.above(leftHeight, height, token.position());
      } else {
        height = leftHeight;
        return left;
      }
      leftHeight = height;
    }
  }

  /** As {@link #expression(int)}, where the text can make the parser call itself without end. */
  private FieldExpression nested(int leastPower) {
    tokens.enter();
    FieldExpression inner = expression(leastPower);
    tokens.leave();
    return inner;
  }

  /** Reads the operands that follow with the same operator; together they are one node. */
  private FieldExpression chain(LogicalOperator operator, FieldExpression first, int firstHeight) {
    Position position = tokens.peek().position();
    List<FieldExpression> operands = new ArrayList<>();
    operands.add(first);
    int highest = firstHeight;
    while (Operators.logical(tokens.peek().type()) == operator) {
      tokens.take();
      operands.add(expression(Operators.LOGICAL + 1));
      highest = Math.max(highest, height);
    }
    height = TokenStream.above(highest, 0, position);
    return new Logical(operator, operands, position);
  }

  private FieldExpression operand() {
    Token token = tokens.peek();
    switch (token.type()) {
      case NOT -> {
        tokens.take();
        FieldExpression operand = nested(Operators.NOT);
        height = TokenStream.above(height, 0, token.position());
        return new Not(operand, token.position());
      }
      case MINUS -> {
        return negation();
      }
      case LEFT_PAREN -> {
        tokens.take();
        FieldExpression inner = nested(Operators.LOGICAL);
        tokens.expect(TokenType.RIGHT_PAREN);
        return inner;
      }
      default -> {
        height = 1;
        return atom();
      }
    }
  }

  private FieldExpression negation() {
    Position position = tokens.take().position();
    if (tokens.nextIs(TokenType.NUMBER)) {
      height = 1;
      return new Literal(negatedNumber(), position);
    }
    FieldExpression operand = nested(Operators.NEGATE);
    if (operand instanceof Literal literal && literal.value().type().isNumeric()) {
      return new Literal(NumberLiterals.negated(literal.value()), position);
    }
    height = TokenStream.above(height, 0, position);
    return new Negate(operand, position);
  }

  private FieldExpression atom() {
    Token token = tokens.peek();
    switch (token.type()) {
      case NUMBER -> {
        return new Literal(number(), token.position());
      }
      case STRING, REFERENCE -> {
        tokens.take();
        return Objects.requireNonNull(token.value());
      }
      case WORD -> {
        return word(token);
      }
      default -> throw tokens.unexpected(OPERAND);
    }
  }

  private FieldExpression word(Token token) {
    LiteralValue literal = literalWord(token.text());
    Intrinsic intrinsic = Intrinsic.ofText(token.text());
    if (literal == null && intrinsic == null) {
      throw unknownWord(token);
    }
    tokens.take();
    return literal != null
        ? new Literal(literal, token.position())
        : new IntrinsicField(Objects.requireNonNull(intrinsic), token.position());
  }

  /** A field, where nothing else may stand. */
  Reference reference() {
    Token token = tokens.peek();
    if (token.value() instanceof Reference reference) {
      tokens.take();
      return reference;
    }
    if (!token.is(TokenType.WORD)) {
      throw tokens.unexpected("a field");
    }
    Intrinsic intrinsic = Intrinsic.ofText(token.text());
    if (intrinsic == null) {
      throw unknownWord(token);
    }
    tokens.take();
    return new IntrinsicField(intrinsic, token.position());
  }

  /** A number with or without a sign, where nothing else may stand. */
  LiteralValue signedNumber(String expected) {
    boolean negative = tokens.takeIf(TokenType.MINUS);
    Token token = tokens.peek();
    if (token.is(TokenType.NUMBER)) {
      return negative ? negatedNumber() : number();
    }
    LiteralValue value = token.is(TokenType.WORD) ? literalWord(token.text()) : null;
    if (value == null || !value.type().isNumeric()) {
      throw tokens.unexpected(expected);
    }
    tokens.take();
    return negative ? NumberLiterals.negated(value) : value;
  }

  private LiteralValue number() {
    Token token = tokens.take();
    LiteralValue value = literalOf(token);
    if (NumberLiterals.needsMinus(value)) {
      throw TraceQlException.syntax(token.position(), "the number is too large for 64 bits");
    }
    return value;
  }

  private LiteralValue negatedNumber() {
    return NumberLiterals.negated(literalOf(tokens.take()));
  }

  /** The literal that is written as the bare word {@code word}; null if there is none. */
  static @Nullable LiteralValue literalWord(String word) {
    return switch (word) {
      case "true" -> new LiteralValue.BoolValue(true);
      case "false" -> new LiteralValue.BoolValue(false);
      case "nil" -> new LiteralValue.NilValue();
      case "minInt" -> new LiteralValue.IntValue(Long.MIN_VALUE);
      case "maxInt" -> new LiteralValue.IntValue(Long.MAX_VALUE);
      default -> statusOrKind(word);
    };
  }

  private static @Nullable LiteralValue statusOrKind(String word) {
    SpanStatus status = SpanStatus.ofWord(word);
    if (status != null) {
      return new LiteralValue.StatusValue(status);
    }
    SpanKind kind = SpanKind.ofWord(word);
    return kind == null ? null : new LiteralValue.KindValue(kind);
  }

  private static TraceQlException unknownWord(Token token) {
    String detail =
        token.text().equals("parent")
            ? "expected '.' and the name of an attribute after 'parent'"
            : "expected a field or a literal, found the unknown word "
                + token.description()
                + "; attributes are written with a dot in front, strings in quotes";
    return TraceQlException.syntax(token.position(), detail);
  }

  /** The literal that a string or number token spells out. */
  static LiteralValue literalOf(Token token) {
    if (token.value() instanceof Literal literal) {
      return literal.value();
    }
    throw new IllegalStateException("no literal: " + token);
  }
}
