package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ValueTest;
import io.tempo4j.query.scan.WholeTraceFields;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.StructuralForm;
import java.util.List;

/**
 * What every trace that a pipeline finds must have: a span for which a predicate holds that can be
 * decided in any part of the trace by itself.
 *
 * @param predicate without fields that need the whole trace
 * @param share a guess of the share of spans for which it holds; the smaller, the fewer traces have
 *     to be looked at
 */
record Anchor(Predicate predicate, double share) {

  private static final Anchor ANY_SPAN = new Anchor(new Predicate.Constant(true), 1);

  /** The best anchor of stages that run on the whole trace. */
  static Anchor of(List<Stage> stages, List<Predicate> filters) {
    Anchor best = ANY_SPAN;
    for (Stage stage : stages) {
      // What a later stage keeps is there at the start.
      best = better(best, of(stage, filters));
    }
    return best;
  }

  private static Anchor of(Stage stage, List<Predicate> filters) {
    return switch (stage) {
      case Stage.Spans spans -> of(spans.node(), filters);
      case Stage.Each each -> of(each.stages(), filters);
      case Stage.Compare compare -> {
        Anchor sources = null;
        for (List<Stage> source : compare.sources()) {
          Anchor anchor = of(source, filters);
          sources = sources == null ? anchor : either(sources, anchor);
        }
        yield sources == null ? ANY_SPAN : sources;
      }
      case Stage.GroupBy groupBy -> ANY_SPAN;
      case Stage.Coalesce coalesce -> ANY_SPAN;
    };
  }

  private static Anchor of(Stage.Node node, List<Predicate> filters) {
    return switch (node) {
      case Stage.Node.Filter filter -> {
        Predicate necessary = WholeTraceFields.necessary(filters.get(filter.index()));
        yield new Anchor(necessary, share(necessary));
      }
      case Stage.Node.Both both -> better(of(both.left(), filters), of(both.right(), filters));
      case Stage.Node.Either either ->
          either(of(either.left(), filters), of(either.right(), filters));
      case Stage.Node.Structural structural -> {
        Anchor right = of(structural.right(), filters);
        yield structural.form() == StructuralForm.NEGATED
            ? right
            : better(right, of(structural.left(), filters));
      }
      case Stage.Node.Nested nested -> of(nested.stages(), filters);
    };
  }

  private static Anchor better(Anchor one, Anchor other) {
    return other.share <= one.share ? other : one;
  }

  private static Anchor either(Anchor one, Anchor other) {
    return new Anchor(
        Predicate.anyOf(List.of(one.predicate, other.predicate)),
        Math.min(1, one.share + other.share));
  }

  // ---- guesses

  private static double share(Predicate predicate) {
    return switch (predicate) {
      case Predicate.Constant constant -> constant.value() ? 1 : 0;
      case Predicate.All all ->
          all.operands().stream().mapToDouble(Anchor::share).reduce(1, (a, b) -> a * b);
      case Predicate.Any any ->
          Math.min(1, any.operands().stream().mapToDouble(Anchor::share).sum());
      case Predicate.Complement complement -> 1 - share(complement.operand());
      case Predicate.Test test -> share(test.field(), test.test());
      case Predicate.Exists exists -> 0.3;
      case Predicate.SomeRow some -> share(some.condition());
      case Predicate.OfOwner owner -> share(owner.condition());
      case Predicate.RowWise rowWise -> 0.3;
    };
  }

  private static double share(FieldExpression.Reference field, ValueTest test) {
    double equal =
        field instanceof FieldExpression.IntrinsicField intrinsic
            ? shareOfOneValue(intrinsic.intrinsic())
            : 0.03;
    return switch (test.operator()) {
      case EQUAL -> equal;
      case NOT_EQUAL -> 1 - equal;
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> 0.3;
      case MATCHES -> 0.1;
      case NOT_MATCHES -> 0.9;
    };
  }

  private static double shareOfOneValue(Intrinsic intrinsic) {
    return switch (intrinsic) {
      case TRACE_ID, SPAN_ID, LINK_TRACE_ID, LINK_SPAN_ID -> 1e-6;
      case SPAN_PARENT_ID -> 0.1;
      case SPAN_STATUS -> 0.05;
      case SPAN_KIND -> 0.3;
      case SPAN_NAME, EVENT_NAME -> 0.03;
      case SPAN_DURATION, EVENT_TIME_SINCE_START -> 1e-3;
      case SPAN_STATUS_MESSAGE -> 0.05;
      case INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION -> 0.2;
      case TRACE_DURATION,
          TRACE_ROOT_NAME,
          TRACE_ROOT_SERVICE,
          SPAN_CHILD_COUNT,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT ->
          1;
    };
  }
}
