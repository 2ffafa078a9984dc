package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.traceql.ArithmeticOperator;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.MetricsStage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates what a query computes of the series of its functions. */
final class SeriesAlgebra {

  private final Iterator<List<Series>> leaves;

  /** Takes the series of the functions in the order of the text; they may be changed. */
  SeriesAlgebra(Iterator<List<Series>> leaves) {
    this.leaves = leaves;
  }

  List<Series> evaluate(MetricsExpression expression) {
    return switch (expression) {
      case MetricsExpression.OfPipeline leaf -> leaves.next();
      case MetricsExpression.Staged staged -> stage(evaluate(staged.input()), staged.stage());
      case MetricsExpression.Arithmetic arithmetic -> arithmetic(arithmetic);
      case MetricsExpression.Constant constant ->
          throw new IllegalArgumentException("a number alone is no set of series");
    };
  }

  // ---- stages

  /** For each function, in the order of the text, the stages that take its series as they are. */
  static List<List<MetricsStage>> stagesOfLeaves(MetricsExpression expression) {
    List<List<MetricsStage>> stages = new ArrayList<>();
    collectStages(expression, List.of(), stages);
    return stages;
  }

  private static void collectStages(
      MetricsExpression expression, List<MetricsStage> then, List<List<MetricsStage>> into) {
    switch (expression) {
      case MetricsExpression.OfPipeline leaf -> into.add(then);
      case MetricsExpression.Staged staged -> {
        List<MetricsStage> first = new ArrayList<>(List.of(staged.stage()));
        first.addAll(then);
        collectStages(staged.input(), first, into);
      }
      case MetricsExpression.Arithmetic arithmetic -> {
        collectStages(arithmetic.left(), List.of(), into);
        collectStages(arithmetic.right(), List.of(), into);
      }
      case MetricsExpression.Constant constant -> {}
    }
  }

  /** What a stage leaves; the series may be changed. */
  static List<Series> stage(List<Series> input, MetricsStage stage) {
    return switch (stage) {
      case MetricsStage.TopK top -> Extremes.largest(input, top.limit());
      case MetricsStage.BottomK bottom -> Extremes.smallest(input, bottom.limit());
      case MetricsStage.Threshold threshold -> threshold(input, threshold);
    };
  }

  private static List<Series> threshold(List<Series> input, MetricsStage.Threshold threshold) {
    double limit = number(threshold.value());
    List<Series> result = new ArrayList<>();
    for (Series series : input) {
      double[] values = series.values();
      for (int i = 0; i < values.length; i++) {
        if (!holds(threshold.operator(), values[i], limit)) {
          values[i] = Double.NaN;
        }
      }
      if (series.hasValue()) {
        result.add(series);
      }
    }
    return result;
  }

  private static boolean holds(ComparisonOperator operator, double value, double limit) {
    return switch (operator) {
      case EQUAL -> value == limit;
      case NOT_EQUAL -> value != limit;
      case LESS -> value < limit;
      case LESS_OR_EQUAL -> value <= limit;
      case GREATER -> value > limit;
      case GREATER_OR_EQUAL -> value >= limit;
      case MATCHES, NOT_MATCHES -> throw new IllegalArgumentException("series are no texts");
    };
  }

  /** Durations are seconds, as the values of series are. */
  private static double number(LiteralValue value) {
    return switch (value) {
      case LiteralValue.IntValue integer -> integer.value();
      case LiteralValue.FloatValue real -> real.value();
      case LiteralValue.DurationValue duration -> duration.nanos() / 1e9;
      default -> throw new IllegalArgumentException("not a number: " + value);
    };
  }

  // ---- arithmetic

  private List<Series> arithmetic(MetricsExpression.Arithmetic arithmetic) {
    ArithmeticOperator operator = arithmetic.operator();
    // The left side comes first in the text, so its functions are taken first.
    Double leftNumber = constant(arithmetic.left());
    Double rightNumber = constant(arithmetic.right());
    if (leftNumber != null) {
      double number = leftNumber;
      return withConstant(
          evaluate(arithmetic.right()), value -> calculate(operator, number, value));
    }
    List<Series> left = evaluate(arithmetic.left());
    if (rightNumber != null) {
      double number = rightNumber;
      return withConstant(left, value -> calculate(operator, value, number));
    }
    return joined(operator, left, evaluate(arithmetic.right()));
  }

  /** The number that is the same at all times; null if the expression has functions in it. */
  private static @Nullable Double constant(MetricsExpression expression) {
    return switch (expression) {
      case MetricsExpression.Constant constant -> number(constant.value());
      case MetricsExpression.Arithmetic arithmetic -> {
        Double left = constant(arithmetic.left());
        Double right = constant(arithmetic.right());
        yield left == null || right == null
            ? null
            : (Double) calculate(arithmetic.operator(), left, right);
      }
      case MetricsExpression.OfPipeline leaf -> null;
      case MetricsExpression.Staged staged -> null;
    };
  }

  /** A calculation with the one value of a point. */
  private interface Calculation {
    double of(double value);
  }

  private static List<Series> withConstant(List<Series> input, Calculation calculation) {
    for (Series series : input) {
      double[] values = series.values();
      for (int i = 0; i < values.length; i++) {
        values[i] = calculation.of(values[i]);
      }
    }
    return input;
  }

  /*
   * Series with the same labels are joined, whatever function they come from; a series without
   * labels joins with all of the other side. A point that one side lacks counts as 0. So does Tempo.
   */
  private static List<Series> joined(
      ArithmeticOperator operator, List<Series> left, List<Series> right) {
    Map<String, Series> lefts = byLabels(left);
    Map<String, Series> rights = byLabels(right);
    List<Series> result = new ArrayList<>();
    for (String key : (rights.containsKey("") ? lefts : rights).keySet()) {
      Series l = match(lefts, key);
      Series r = match(rights, key);
      if (l != null && r != null) {
        double[] values = new double[l.values().length];
        for (int i = 0; i < values.length; i++) {
          values[i] = calculate(operator, orZero(l.values()[i]), orZero(r.values()[i]));
        }
        List<Exemplar> exemplars = new ArrayList<>(l.exemplars());
        exemplars.addAll(r.exemplars());
        result.add(new Series(() -> joinedLabels(operator, l, r), values, exemplars));
      }
    }
    return result;
  }

  private static Map<String, Series> byLabels(List<Series> series) {
    Map<String, Series> map = new LinkedHashMap<>();
    series.forEach(one -> map.put(one.keyWithoutName(), one));
    return map;
  }

  private static @Nullable Series match(Map<String, Series> series, String key) {
    Series same = series.get(key);
    return same == null ? series.get("") : same;
  }

  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  private static List<Attribute> joinedLabels(ArithmeticOperator operator, Series l, Series r) {
    List<Attribute> labels = new ArrayList<>();
    String leftName = name(l);
    String rightName = name(r);
    if (leftName != null && rightName != null) {
      String name = "(" + leftName + " " + operator.symbol() + " " + rightName + ")";
      labels.add(new Attribute(Series.NAME, new AttributeValue.StringValue(name)));
    }
    for (Series side : List.of(l, r)) {
      for (Attribute label : side.labels()) {
        if (labels.stream().noneMatch(known -> known.key().equals(label.key()))
            && !label.key().equals(Series.NAME)) {
          labels.add(label);
        }
      }
    }
    return labels;
  }

  private static @Nullable String name(Series series) {
    for (Attribute label : series.labels()) {
      if (label.key().equals(Series.NAME)
          && label.value() instanceof AttributeValue.StringValue text) {
        return text.value();
      }
    }
    return null;
  }

  private static double calculate(ArithmeticOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case POWER -> Math.pow(left, right);
    };
  }
}
