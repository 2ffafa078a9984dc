package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Arithmetic;
import io.tempo4j.traceql.FieldExpression.Attribute;
import io.tempo4j.traceql.FieldExpression.Comparison;
import io.tempo4j.traceql.FieldExpression.IntrinsicField;
import io.tempo4j.traceql.FieldExpression.Literal;
import io.tempo4j.traceql.FieldExpression.Logical;
import io.tempo4j.traceql.FieldExpression.Negate;
import io.tempo4j.traceql.FieldExpression.Not;
import io.tempo4j.traceql.FieldExpression.ParentAttribute;
import io.tempo4j.traceql.FieldExpression.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Random well-typed queries over every node of the tree.
 *
 * <p>Built by hand from one random generator rather than of arbitraries: a tree with this many
 * kinds of nodes is generated faster and read more easily so, and what jqwik prints on failure, the
 * seed, is enough to see the query again.
 */
final class QueryArbitraries {

  private static final Position NONE = Position.NONE;
  private static final String NAME_CHARACTERS = "ab.5-+*/:\"\\ {}()=~!<>&|^,'é😀\n_span.resource.";

  private final Random random;

  private QueryArbitraries(Random random) {
    this.random = random;
  }

  static Arbitrary<TraceQlQuery> queries() {
    return Arbitraries.randomValue(QueryArbitraries::query);
  }

  static TraceQlQuery query(Random random) {
    return new QueryArbitraries(random).query();
  }

  static Arbitrary<FieldExpression> conditions() {
    return Arbitraries.randomValue(random -> new QueryArbitraries(random).bool(4));
  }

  private TraceQlQuery query() {
    Statement statement = oneIn(2) ? pipeline(3) : oneIn(8) ? compared() : metrics(3);
    return new TraceQlQuery(statement, oneIn(3) ? listOf(1, 3, this::hint) : List.of());
  }

  private Hint hint() {
    return new Hint(pick(List.of("sample", "most_recent", "x9", "with")), anyLiteral(), NONE);
  }

  // ---- metrics

  /** Compare stands alone: there is no series of {@link #metrics} in which it might hide. */
  private MetricsExpression compared() {
    MetricsFunction compare =
        new MetricsFunction.Compare(
            new SpansetExpression.Filter(bool(2), NONE),
            1 + random.nextInt(100),
            oneIn(2) ? null : new MetricsFunction.Window(5, 6 + random.nextInt(100)),
            NONE);
    return new MetricsExpression.OfPipeline(pipeline(2), compare, List.of(), NONE);
  }

  private MetricsExpression metrics(int depth) {
    if (depth == 0 || oneIn(2)) {
      return series(depth);
    }
    return oneIn(2)
        ? new MetricsExpression.Staged(metrics(depth - 1), metricsStage(), NONE)
        : oneIn(2)
            ? calculation(metrics(depth - 1), constantOrMetrics(depth - 1))
            : calculation(constantOrMetrics(depth - 1), metrics(depth - 1));
  }

  private MetricsExpression constantOrMetrics(int depth) {
    if (depth == 0 || oneIn(3)) {
      return new MetricsExpression.Constant(numberLiteral(), NONE);
    }
    return oneIn(4)
        ? calculation(
            new MetricsExpression.Constant(numberLiteral(), NONE),
            new MetricsExpression.Constant(numberLiteral(), NONE))
        : metrics(depth);
  }

  private MetricsExpression calculation(MetricsExpression left, MetricsExpression right) {
    boolean isZero =
        right instanceof MetricsExpression.Constant constant && isZero(constant.value());
    return new MetricsExpression.Arithmetic(arithmetic(isZero), left, right, NONE);
  }

  private MetricsExpression series(int depth) {
    List<Reference> groupBy =
        oneIn(2) ? List.of() : listOf(1, MetricsExpression.MAX_GROUP_BY, this::reference);
    return new MetricsExpression.OfPipeline(pipeline(depth), function(), groupBy, NONE);
  }

  private MetricsFunction function() {
    return switch (random.nextInt(5)) {
      case 0 -> new MetricsFunction.Rate(NONE);
      case 1 -> new MetricsFunction.CountOverTime(NONE);
      case 2 ->
          new MetricsFunction.OverTime(pick(OverTimeFunction.values()), numberReference(), NONE);
      case 3 ->
          new MetricsFunction.QuantileOverTime(
              numberReference(), listOf(1, 4, random::nextDouble), NONE);
      default -> new MetricsFunction.HistogramOverTime(numberReference(), NONE);
    };
  }

  private MetricsStage metricsStage() {
    return switch (random.nextInt(3)) {
      case 0 -> new MetricsStage.TopK(1 + random.nextInt(100), NONE);
      case 1 -> new MetricsStage.BottomK(1 + random.nextInt(100), NONE);
      default -> new MetricsStage.Threshold(ordering(), numberLiteral(), NONE);
    };
  }

  // ---- stages

  private Pipeline pipeline(int depth) {
    List<PipelineStage> stages = listOf(1, 3, () -> stage(depth));
    return stages.getFirst() instanceof PipelineStage.Coalesce
        ? pipeline(depth)
        : new Pipeline(stages, NONE);
  }

  private PipelineStage stage(int depth) {
    return switch (random.nextInt(8)) {
      case 0 -> {
        ScalarExpression left = scalar(depth);
        ScalarExpression right = scalar(depth);
        yield isOfNumbers(left) && isOfNumbers(right)
            ? stage(depth)
            : new PipelineStage.ScalarFilter(ordering(), left, right, NONE);
      }
      case 1 -> new PipelineStage.GroupBy(oneIn(2) ? reference() : numberWithField(), NONE);
      case 2 -> new PipelineStage.Coalesce(NONE);
      case 3 -> new PipelineStage.Select(listOf(1, 3, this::reference), NONE);
      default -> spanset(depth);
    };
  }

  private static boolean isOfNumbers(ScalarExpression expression) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> true;
      case ScalarExpression.Arithmetic sum -> isOfNumbers(sum.left()) && isOfNumbers(sum.right());
      case ScalarExpression.Aggregate aggregate -> false;
      case ScalarExpression.OfPipeline pipeline -> isOfNumbers(pipeline.value());
    };
  }

  private SpansetExpression spanset(int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(6);
    return switch (kind) {
      case 3 ->
          new SpansetExpression.Logical(
              pick(LogicalOperator.values()), spanset(depth - 1), spanset(depth - 1), NONE);
      case 4 ->
          new SpansetExpression.Structural(
              pick(StructuralRelation.values()),
              pick(StructuralForm.values()),
              spanset(depth - 1),
              spanset(depth - 1),
              NONE);
      case 5 -> {
        Pipeline pipeline = pipeline(depth - 1);
        boolean isSpanset =
            pipeline.stages().size() == 1
                && pipeline.stages().getFirst() instanceof SpansetExpression;
        yield isSpanset
            ? (SpansetExpression) pipeline.stages().getFirst()
            : new SpansetExpression.OfPipeline(pipeline, NONE);
      }
      default -> new SpansetExpression.Filter(bool(3), NONE);
    };
  }

  private ScalarExpression scalar(int depth) {
    int kind = depth == 0 ? random.nextInt(3) : random.nextInt(6);
    return switch (kind) {
      case 0 -> new ScalarExpression.Literal(numberLiteral(), NONE);
      case 1 -> new ScalarExpression.Aggregate(AggregateFunction.COUNT, null, NONE);
      case 2 ->
          new ScalarExpression.Aggregate(
              pick(
                  List.of(
                      AggregateFunction.AVG,
                      AggregateFunction.MIN,
                      AggregateFunction.MAX,
                      AggregateFunction.SUM)),
              numberWithField(),
              NONE);
      case 3, 4 -> {
        ScalarExpression right = scalar(depth - 1);
        boolean isZero =
            right instanceof ScalarExpression.Literal literal && isZero(literal.value());
        yield new ScalarExpression.Arithmetic(arithmetic(isZero), scalar(depth - 1), right, NONE);
      }
      default -> new ScalarExpression.OfPipeline(pipeline(depth - 1), scalar(depth - 1), NONE);
    };
  }

  // ---- fields

  private FieldExpression bool(int depth) {
    if (depth == 0 || oneIn(6)) {
      return oneIn(3) ? literal(new LiteralValue.BoolValue(random.nextBoolean())) : attribute();
    }
    return switch (random.nextInt(8)) {
      case 0 -> new Not(bool(depth - 1), NONE);
      case 1, 2 ->
          new Logical(pick(LogicalOperator.values()), listOf(2, 4, () -> bool(depth - 1)), NONE);
      case 3 -> new Comparison(ordering(), number(depth - 1), number(depth - 1), NONE);
      case 4 -> new Comparison(ordering(), text(), text(), NONE);
      case 5 ->
          new Comparison(
              pick(List.of(ComparisonOperator.MATCHES, ComparisonOperator.NOT_MATCHES)),
              text(),
              literal(new LiteralValue.StringValue(pick(List.of("a.*", "[a\"b]+", "", "\\d")))),
              NONE);
      case 6 ->
          new Comparison(
              pick(List.of(ComparisonOperator.EQUAL, ComparisonOperator.NOT_EQUAL)),
              attribute(),
              literal(anyLiteral()),
              NONE);
      default -> new Comparison(ComparisonOperator.EQUAL, bool(depth - 1), bool(depth - 1), NONE);
    };
  }

  private FieldExpression number(int depth) {
    if (depth == 0 || oneIn(3)) {
      return oneIn(2) ? literal(numberLiteral()) : numberReference();
    }
    if (oneIn(4)) {
      FieldExpression operand = number(depth - 1);
      return operand instanceof Literal ? operand : new Negate(operand, NONE);
    }
    FieldExpression right = number(depth - 1);
    boolean isZero = right instanceof Literal literal && isZero(literal.value());
    return new Arithmetic(arithmetic(isZero), number(depth - 1), right, NONE);
  }

  private FieldExpression numberWithField() {
    return new Arithmetic(arithmetic(false), number(2), numberReference(), NONE);
  }

  private FieldExpression text() {
    return switch (random.nextInt(3)) {
      case 0 -> attribute();
      case 1 -> new IntrinsicField(Intrinsic.SPAN_NAME, NONE);
      default -> literal(new LiteralValue.StringValue(string()));
    };
  }

  private Reference numberReference() {
    return oneIn(2)
        ? attribute()
        : new IntrinsicField(
            pick(List.of(Intrinsic.SPAN_DURATION, Intrinsic.NESTED_SET_LEFT)), NONE);
  }

  private Reference reference() {
    return oneIn(2) ? attribute() : new IntrinsicField(pick(Intrinsic.values()), NONE);
  }

  private Reference attribute() {
    StringBuilder name = new StringBuilder();
    do {
      int offset = random.nextInt(NAME_CHARACTERS.length());
      name.append(NAME_CHARACTERS, offset, random.nextInt(offset, NAME_CHARACTERS.length()) + 1);
    } while (oneIn(2));
    String text = oneIn(2) ? "key" : oneIn(20) ? "" : wholeCodePoints(name.toString());
    return oneIn(4)
        ? new ParentAttribute(
            pick(List.of(AttributeScope.UNSCOPED, AttributeScope.SPAN, AttributeScope.RESOURCE)),
            text,
            NONE)
        : new Attribute(pick(AttributeScope.values()), text, NONE);
  }

  private static Literal literal(LiteralValue value) {
    return new Literal(value, NONE);
  }

  private LiteralValue anyLiteral() {
    return switch (random.nextInt(6)) {
      case 0 -> new LiteralValue.StringValue(string());
      case 1 -> new LiteralValue.BoolValue(random.nextBoolean());
      case 2 -> new LiteralValue.NilValue();
      case 3 -> new LiteralValue.StatusValue(pick(SpanStatus.values()));
      case 4 -> new LiteralValue.KindValue(pick(SpanKind.values()));
      default -> numberLiteral();
    };
  }

  private LiteralValue numberLiteral() {
    return switch (random.nextInt(3)) {
      case 0 -> new LiteralValue.IntValue(number());
      case 1 -> new LiteralValue.DurationValue(number());
      default -> {
        double value = Double.longBitsToDouble(random.nextLong());
        yield new LiteralValue.FloatValue(Double.isFinite(value) && oneIn(2) ? value : 1.5);
      }
    };
  }

  private long number() {
    return switch (random.nextInt(5)) {
      case 0 -> pick(List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
      case 1 -> random.nextInt(100) * 1_000_000_000L;
      case 2 -> random.nextLong();
      default -> random.nextInt(-1000, 1000);
    };
  }

  private String string() {
    StringBuilder text = new StringBuilder();
    while (!oneIn(5)) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> "\"\\`'\u007f\u0085\u2028é".codePointAt(random.nextInt(8));
            case 2 -> 0x1f600 + random.nextInt(10);
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }

  private static String wholeCodePoints(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .filter(c -> !Character.isSupplementaryCodePoint(c) || Character.isValidCodePoint(c))
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }

  // ---- choices

  private ComparisonOperator ordering() {
    return pick(
        List.of(
            ComparisonOperator.EQUAL,
            ComparisonOperator.NOT_EQUAL,
            ComparisonOperator.LESS,
            ComparisonOperator.LESS_OR_EQUAL,
            ComparisonOperator.GREATER,
            ComparisonOperator.GREATER_OR_EQUAL));
  }

  /** An operator; none that divides if the number on its right is zero, which is an error. */
  private ArithmeticOperator arithmetic(boolean isRightZero) {
    ArithmeticOperator operator = pick(ArithmeticOperator.values());
    boolean divides =
        operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
    return isRightZero && divides ? ArithmeticOperator.POWER : operator;
  }

  private static boolean isZero(LiteralValue number) {
    return switch (number) {
      case LiteralValue.IntValue integer -> integer.value() == 0;
      case LiteralValue.DurationValue duration -> duration.nanos() == 0;
      default -> false;
    };
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  private <T> T pick(T[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private <T> List<T> listOf(int least, int most, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(least, most + 1); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }
}
