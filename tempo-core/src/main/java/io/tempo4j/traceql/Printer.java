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
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Writes trees as text that parses to equal trees, with the fewest parentheses that do. */
final class Printer {

  private final StringBuilder out = new StringBuilder();

  @Override
  public String toString() {
    return out.toString();
  }

  Printer query(TraceQlQuery query) {
    switch (query.statement()) {
      case Pipeline pipeline -> pipeline(pipeline);
      case MetricsExpression metrics -> metrics(metrics);
    }
    if (!query.hints().isEmpty()) {
      out.append(" with (");
      list(query.hints(), hint -> literal(out.append(hint.name()).append("="), hint.value()));
      out.append(')');
    }
    return this;
  }

  // ---- fields

  Printer field(FieldExpression expression) {
    switch (expression) {
      case Literal literal -> literal(out, literal.value());
      case Attribute attribute -> {
        out.append(attribute.scope().word()).append('.');
        attributeName(
            attribute.name(), needsQuotes(attribute.name()) || startsLikeNumber(attribute));
      }
      case ParentAttribute attribute -> {
        out.append("parent.").append(attribute.scope().word());
        out.append(attribute.scope() == AttributeScope.UNSCOPED ? "" : ".");
        attributeName(
            attribute.name(), needsQuotes(attribute.name()) || startsLikeScope(attribute));
      }
      case IntrinsicField field -> out.append(field.intrinsic().text());
      case Not not -> {
        out.append('!');
        field(not.operand(), Operators.NOT);
      }
      case Negate negate -> {
        out.append('-');
        field(negate.operand(), Operators.NEGATE);
      }
      case Arithmetic sum -> {
        operand(sum.left(), leftPower(sum.operator()));
        out.append(' ').append(sum.operator().symbol()).append(' ');
        operand(sum.right(), Operators.rightPower(sum.operator()));
      }
      case Comparison comparison -> {
        field(comparison.left(), Operators.COMPARISON);
        out.append(' ').append(comparison.operator().symbol()).append(' ');
        field(comparison.right(), Operators.COMPARISON + 1);
      }
      case Logical logical -> logical(logical);
    }
    return this;
  }

  private void logical(Logical logical) {
    // Only the first operand may be another chain without parentheses: chains group from the left.
    field(logical.operands().get(0), Operators.LOGICAL);
    for (FieldExpression operand : logical.operands().subList(1, logical.operands().size())) {
      out.append(' ').append(logical.operator().symbol()).append(' ');
      field(operand, Operators.LOGICAL + 1);
    }
  }

  /** As an operand of arithmetic: `!` is put in parentheses there, lest it take in too much. */
  private void operand(FieldExpression expression, int leastPower) {
    field(expression, expression instanceof Not ? Integer.MAX_VALUE : leastPower);
  }

  private void field(FieldExpression expression, int leastPower) {
    boolean parentheses = power(expression) < leastPower;
    out.append(parentheses ? "(" : "");
    field(expression);
    out.append(parentheses ? ")" : "");
  }

  private static int power(FieldExpression expression) {
    return switch (expression) {
      case Logical logical -> Operators.LOGICAL;
      case Comparison comparison -> Operators.COMPARISON;
      case Arithmetic sum -> Operators.power(sum.operator());
      case Not not -> Operators.NOT;
      case Negate negate -> Operators.NEGATE;
      case Literal literal -> Operators.NEGATE;
      case FieldExpression.Reference reference -> Operators.NEGATE;
    };
  }

  private static int leftPower(ArithmeticOperator operator) {
    return operator == ArithmeticOperator.POWER ? Operators.POWER + 1 : Operators.power(operator);
  }

  private void attributeName(String name, boolean quoted) {
    if (!quoted) {
      out.append(name);
      return;
    }
    out.append('"').append(name.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
  }

  private static boolean needsQuotes(String name) {
    return name.isEmpty() || name.codePoints().anyMatch(c -> c == '"' || Lexer.endsName(c));
  }

  private static boolean startsLikeNumber(Attribute attribute) {
    return attribute.scope() == AttributeScope.UNSCOPED
        && !attribute.name().isEmpty()
        && Lexer.isDigit(attribute.name().charAt(0));
  }

  private static boolean startsLikeScope(ParentAttribute attribute) {
    return attribute.scope() == AttributeScope.UNSCOPED
        && (attribute.name().startsWith("span.") || attribute.name().startsWith("resource."));
  }

  private static void literal(StringBuilder out, LiteralValue value) {
    switch (value) {
      case LiteralValue.IntValue integer -> out.append(integer.value());
      case LiteralValue.FloatValue number -> out.append(number.value());
      case LiteralValue.StringValue string -> StringLiterals.write(string.value(), out);
      case LiteralValue.DurationValue duration -> out.append(NumberLiterals.text(duration));
      case LiteralValue.BoolValue bool -> out.append(bool.value());
      case LiteralValue.NilValue nil -> out.append("nil");
      case LiteralValue.StatusValue status -> out.append(status.value().word());
      case LiteralValue.KindValue kind -> out.append(kind.value().word());
    }
  }

  // ---- stages

  private void pipeline(Pipeline pipeline) {
    list(pipeline.stages(), " | ", this::stage);
  }

  private void stage(PipelineStage stage) {
    switch (stage) {
      case SpansetExpression spanset -> spanset(spanset);
      case PipelineStage.ScalarFilter filter -> {
        scalar(filter.left(), Operators.COMPARISON + 1);
        out.append(' ').append(filter.operator().symbol()).append(' ');
        scalar(filter.right(), Operators.COMPARISON + 1);
      }
      case PipelineStage.GroupBy groupBy -> {
        out.append("by(");
        field(groupBy.expression());
        out.append(')');
      }
      case PipelineStage.Coalesce coalesce -> out.append("coalesce()");
      case PipelineStage.Select select -> {
        out.append("select(");
        list(select.fields(), this::field);
        out.append(')');
      }
    }
  }

  private void spanset(SpansetExpression spanset) {
    switch (spanset) {
      case SpansetExpression.Filter filter -> filter(filter);
      case SpansetExpression.Logical logical -> {
        spanset(logical.left(), Operators.LOGICAL);
        out.append(' ').append(logical.operator().symbol()).append(' ');
        spanset(logical.right(), Operators.LOGICAL + 1);
      }
      case SpansetExpression.Structural structural -> {
        spanset(structural.left(), Operators.COMPARISON);
        out.append(' ').append(structural.form().prefix());
        out.append(structural.relation().symbol()).append(' ');
        spanset(structural.right(), Operators.COMPARISON + 1);
      }
      case SpansetExpression.OfPipeline nested -> {
        out.append('(');
        pipeline(nested.pipeline());
        out.append(')');
      }
    }
  }

  private void spanset(SpansetExpression spanset, int leastPower) {
    int power =
        switch (spanset) {
          case SpansetExpression.Logical logical -> Operators.LOGICAL;
          case SpansetExpression.Structural structural -> Operators.COMPARISON;
          case SpansetExpression.Filter filter -> Operators.NEGATE;
          case SpansetExpression.OfPipeline nested -> Operators.NEGATE;
        };
    out.append(power < leastPower ? "(" : "");
    spanset(spanset);
    out.append(power < leastPower ? ")" : "");
  }

  private void filter(SpansetExpression.Filter filter) {
    if (filter.condition() instanceof Literal literal
        && literal.value().equals(new LiteralValue.BoolValue(true))) {
      out.append("{ }");
      return;
    }
    out.append("{ ");
    field(filter.condition());
    out.append(" }");
  }

  private void scalar(ScalarExpression scalar, int leastPower) {
    switch (scalar) {
      case ScalarExpression.Literal literal -> literal(out, literal.value());
      case ScalarExpression.Aggregate aggregate -> {
        out.append(aggregate.function().word()).append('(');
        if (aggregate.argument() != null) {
          field(aggregate.argument());
        }
        out.append(')');
      }
      case ScalarExpression.Arithmetic sum -> {
        boolean parentheses = Operators.power(sum.operator()) < leastPower;
        out.append(parentheses ? "(" : "");
        scalar(sum.left(), leftPower(sum.operator()));
        out.append(' ').append(sum.operator().symbol()).append(' ');
        scalar(sum.right(), Operators.rightPower(sum.operator()));
        out.append(parentheses ? ")" : "");
      }
      case ScalarExpression.OfPipeline nested -> {
        out.append('(');
        pipeline(nested.pipeline());
        out.append(" | ");
        scalar(nested.value(), Operators.LOGICAL);
        out.append(')');
      }
    }
  }

  // ---- metrics

  private void metrics(MetricsExpression metrics) {
    switch (metrics) {
      case MetricsExpression.OfPipeline series -> {
        pipeline(series.pipeline());
        out.append(" | ");
        function(series.function());
        if (!series.groupBy().isEmpty()) {
          out.append(" by (");
          list(series.groupBy(), this::field);
          out.append(')');
        }
      }
      case MetricsExpression.Staged staged -> {
        metrics(staged.input());
        metricsStage(staged.stage());
      }
      case MetricsExpression.Arithmetic sum -> {
        metricsOperand(sum.left(), leftPower(sum.operator()));
        out.append(' ').append(sum.operator().symbol()).append(' ');
        metricsOperand(sum.right(), Operators.rightPower(sum.operator()));
      }
      case MetricsExpression.Constant constant -> literal(out, constant.value());
    }
  }

  private void metricsOperand(MetricsExpression operand, int leastPower) {
    boolean parentheses =
        switch (operand) {
          case MetricsExpression.OfPipeline series -> true;
          case MetricsExpression.Staged staged -> true;
          case MetricsExpression.Arithmetic sum -> Operators.power(sum.operator()) < leastPower;
          case MetricsExpression.Constant constant -> false;
        };
    out.append(parentheses ? "(" : "");
    metrics(operand);
    out.append(parentheses ? ")" : "");
  }

  private void metricsStage(MetricsStage stage) {
    switch (stage) {
      case MetricsStage.TopK top -> out.append(" | topk(").append(top.limit()).append(')');
      case MetricsStage.BottomK bottom ->
          out.append(" | bottomk(").append(bottom.limit()).append(')');
      case MetricsStage.Threshold threshold -> {
        out.append(' ').append(threshold.operator().symbol()).append(' ');
        literal(out, threshold.value());
      }
    }
  }

  private void function(MetricsFunction function) {
    switch (function) {
      case MetricsFunction.Rate rate -> out.append("rate(");
      case MetricsFunction.CountOverTime count -> out.append("count_over_time(");
      case MetricsFunction.OverTime overTime -> {
        out.append(overTime.function().word()).append('(');
        field(overTime.field());
      }
      case MetricsFunction.QuantileOverTime quantiles -> {
        out.append("quantile_over_time(");
        field(quantiles.field());
        quantiles.quantiles().forEach(quantile -> out.append(", ").append(quantile));
      }
      case MetricsFunction.HistogramOverTime histogram -> {
        out.append("histogram_over_time(");
        field(histogram.field());
      }
      case MetricsFunction.Compare compare -> {
        out.append("compare(");
        filter(compare.selection());
        out.append(", ").append(compare.topN());
        MetricsFunction.Window window = compare.window();
        if (window != null) {
          out.append(", ").append(window.startNanos()).append(", ").append(window.endNanos());
        }
      }
    }
    out.append(')');
  }

  private <T> void list(List<T> items, Consumer<T> print) {
    list(items, ", ", print);
  }

  private <T> void list(List<T> items, String separator, Consumer<T> print) {
    for (Iterator<T> rest = items.iterator(); rest.hasNext(); ) {
      print.accept(rest.next());
      out.append(rest.hasNext() ? separator : "");
    }
  }
}
