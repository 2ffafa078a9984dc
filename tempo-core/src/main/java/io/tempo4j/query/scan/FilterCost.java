package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.util.List;

/** Says what predicates cost in a row group, so that conjunctions begin with what is cheap. */
final class FilterCost {

  private final GroupView group;

  FilterCost(GroupView group) {
    this.group = group;
  }

  /** A rough number of values that evaluating the predicate looks at. */
  long of(Predicate predicate) {
    long spans = group.spans().rowCount();
    return switch (predicate) {
      case Predicate.Constant constant -> 0;
      case Predicate.All all -> all.operands().stream().mapToLong(this::of).sum();
      case Predicate.Any any -> any.operands().stream().mapToLong(this::of).sum();
      case Predicate.Complement complement -> of(complement.operand());
      case Predicate.Test test ->
          switch (test.field()) {
            case FieldExpression.Attribute attribute -> attributeCost(test.places());
            case FieldExpression.IntrinsicField field -> intrinsicCost(field.intrinsic(), spans);
            case FieldExpression.ParentAttribute parent -> 64 * spans;
          };
      case Predicate.Exists exists ->
          exists.field() instanceof FieldExpression.Attribute
              ? attributeCost(exists.places())
              : 64 * spans;
      case Predicate.SomeRow some -> of(some.condition());
      case Predicate.OfOwner owner -> of(owner.condition());
      case Predicate.RowWise rowWise -> 128 * spans;
    };
  }

  private static long intrinsicCost(Intrinsic intrinsic, long spans) {
    return switch (intrinsic) {
      case SPAN_STATUS, SPAN_KIND -> spans / 8;
      case SPAN_DURATION -> spans / 4;
      case SPAN_NAME, INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION -> spans / 2;
      default -> 8 * spans;
    };
  }

  private long attributeCost(List<AttributeTest> places) {
    long cost = 0;
    for (AttributeTest place : places) {
      cost += place.isOfOwners() ? ownersCost(place) : rowsCost(place);
    }
    return cost;
  }

  private long ownersCost(AttributeTest place) {
    return group.table(place.table()).mayHave(place.name()) ? group.spans().rowCount() / 4 : 0;
  }

  private long rowsCost(AttributeTest place) {
    ValueTest test = place.test();
    long cost = 0;
    for (ColumnKey column : place.columns()) {
      ZoneMap zone = group.zone(column);
      if (zone != null) {
        boolean isSlow = column.type() == ValueType.ANY || (test != null && test.isRegex());
        cost += (long) (isSlow ? 8 : 1) * zone.valueCount();
      }
    }
    return cost;
  }
}
