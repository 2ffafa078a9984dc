package io.tempo4j.query.scan;

import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells fields that a span has by itself from those that need the whole trace, and weakens
 * predicates so far that a part of a trace can decide them.
 */
public final class WholeTraceFields {

  private WholeTraceFields() {}

  /** Whether the field's value depends on other spans of the trace. */
  public static boolean contain(FieldExpression.Reference field) {
    return switch (field) {
      case FieldExpression.Attribute attribute -> false;
      case FieldExpression.ParentAttribute parent -> true;
      case FieldExpression.IntrinsicField intrinsic -> contain(intrinsic.intrinsic());
    };
  }

  private static boolean contain(Intrinsic intrinsic) {
    return switch (intrinsic) {
      case TRACE_DURATION,
          TRACE_ROOT_NAME,
          TRACE_ROOT_SERVICE,
          SPAN_CHILD_COUNT,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT ->
          true;
      case TRACE_ID,
          SPAN_DURATION,
          SPAN_NAME,
          SPAN_KIND,
          SPAN_STATUS,
          SPAN_STATUS_MESSAGE,
          SPAN_ID,
          SPAN_PARENT_ID,
          EVENT_NAME,
          EVENT_TIME_SINCE_START,
          LINK_TRACE_ID,
          LINK_SPAN_ID,
          INSTRUMENTATION_NAME,
          INSTRUMENTATION_VERSION ->
          false;
    };
  }

  /**
   * A predicate without such fields that holds for every span for which {@code predicate} holds.
   *
   * @return {@code predicate} itself if it has none
   */
  public static Predicate necessary(Predicate predicate) {
    return replaced(predicate, true);
  }

  /** Takes what needs the whole trace for {@code assumed}. */
  private static Predicate replaced(Predicate predicate, boolean assumed) {
    return switch (predicate) {
      case Predicate.Constant constant -> constant;
      case Predicate.All all -> {
        List<Predicate> operands = replaced(all.operands(), assumed);
        yield operands.equals(all.operands()) ? all : Predicate.allOf(operands);
      }
      case Predicate.Any any -> {
        List<Predicate> operands = replaced(any.operands(), assumed);
        yield operands.equals(any.operands()) ? any : Predicate.anyOf(operands);
      }
      case Predicate.Complement complement -> {
        Predicate operand = replaced(complement.operand(), !assumed);
        yield operand == complement.operand() ? complement : Predicate.not(operand);
      }
      case Predicate.Test test -> contain(test.field()) ? new Predicate.Constant(assumed) : test;
      case Predicate.Exists exists ->
          contain(exists.field()) ? new Predicate.Constant(assumed) : exists;
      case Predicate.SomeRow some -> {
        Predicate condition = replaced(some.condition(), assumed);
        if (condition.equals(some.condition())) {
          yield some;
        }
        // Every span counts as having a row.
        yield condition instanceof Predicate.Constant ? condition : some.withCondition(condition);
      }
      case Predicate.OfOwner owner -> {
        Predicate condition = replaced(owner.condition(), assumed);
        yield condition instanceof Predicate.Constant
            ? condition
            : new Predicate.OfOwner(condition);
      }
      case Predicate.RowWise rowWise -> {
        Set<FieldExpression.Reference> fields = new HashSet<>();
        FilterBinder.collectReferences(rowWise.expression(), fields);
        yield fields.stream().anyMatch(WholeTraceFields::contain)
            ? new Predicate.Constant(assumed)
            : rowWise;
      }
    };
  }

  private static List<Predicate> replaced(List<Predicate> predicates, boolean assumed) {
    List<Predicate> replaced = new ArrayList<>(predicates.size());
    for (Predicate predicate : predicates) {
      replaced.add(replaced(predicate, assumed));
    }
    return replaced;
  }
}
