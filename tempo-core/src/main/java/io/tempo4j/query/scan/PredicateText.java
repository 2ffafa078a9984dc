package io.tempo4j.query.scan;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.Position;
import io.tempo4j.traceql.TraceQl;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Predicates as people can read them: TraceQL again, as far as that goes. */
public final class PredicateText {

  private PredicateText() {}

  /** The text of a predicate. */
  public static String of(Predicate predicate) {
    return switch (predicate) {
      case Predicate.Constant constant -> Boolean.toString(constant.value());
      case Predicate.All all -> joined(all.operands(), " && ");
      case Predicate.Any any -> joined(any.operands(), " || ");
      case Predicate.Complement complement -> "!(" + of(complement.operand()) + ")";
      case Predicate.Test test -> TraceQl.print(test.field()) + " " + of(test.test());
      case Predicate.Exists exists -> TraceQl.print(exists.field()) + " != nil";
      case Predicate.SomeRow some ->
          "some "
              + some.table().name().toLowerCase(Locale.ROOT)
              + " ("
              + of(some.condition())
              + ")";
      case Predicate.OfOwner owner -> "(" + of(owner.condition()) + ")";
      case Predicate.RowWise rowWise -> TraceQl.print(rowWise.expression());
    };
  }

  private static String joined(List<Predicate> operands, String operator) {
    return operands.stream()
        .map(operand ->
            operand instanceof Predicate.All || operand instanceof Predicate.Any
                ? "(" + of(operand) + ")"
                : of(operand))
        .collect(Collectors.joining(operator));
  }

  private static String of(ValueTest test) {
    return test.operator().symbol()
        + " "
        + (test.isRegex() ? quoted(test.pattern()) : of(test.constant()));
  }

  private static String of(Value constant) {
    return constant instanceof Value.Text
            && constant.toAttribute() instanceof AttributeValue.StringValue text
        ? quoted(text.value())
        : switch (constant.toAttribute()) {
          case AttributeValue.StringValue word -> word.value();
          case AttributeValue.IntValue number -> Long.toString(number.value());
          case AttributeValue.DoubleValue number -> Double.toString(number.value());
          case AttributeValue.BoolValue bool -> Boolean.toString(bool.value());
          case AttributeValue.ArrayValue array -> array.toString();
          case AttributeValue.MapValue map -> map.toString();
          case AttributeValue.BytesValue bytes -> bytes.toString();
          case AttributeValue.EmptyValue empty -> "nil";
        };
  }

  private static String quoted(String text) {
    return TraceQl.print(
        new FieldExpression.Literal(new LiteralValue.StringValue(text), Position.NONE));
  }
}
