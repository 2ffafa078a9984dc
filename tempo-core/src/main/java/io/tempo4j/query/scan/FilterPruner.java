package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.TraceId;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import java.util.List;

/**
 * Says of a row group, or of all of a source, before columns are read, whether a predicate can, may
 * or must be true there.
 *
 * <p>It asks in this order: which columns there are, their bounds, the resources and scopes of the
 * source, and for equality the filter of attribute values.
 */
public final class FilterPruner {

  /** What is known of a predicate for all spans that it is asked of. */
  public enum Verdict {
    /** False for every span. */
    NEVER,
    /** Not known. */
    MAYBE,
    /** True for every span. */
    ALWAYS
  }

  private final Extent extent;
  private boolean isOutByValues;

  public FilterPruner(Extent extent) {
    this.extent = extent;
  }

  /** Whether the filter of attribute values has ruled something out. */
  public boolean isOutByValues() {
    return isOutByValues;
  }

  public Verdict decide(Predicate predicate) throws IOException {
    return switch (predicate) {
      case Predicate.Constant constant -> constant.value() ? Verdict.ALWAYS : Verdict.NEVER;
      case Predicate.All all -> {
        Verdict result = Verdict.ALWAYS;
        for (Predicate operand : all.operands()) {
          Verdict verdict = decide(operand);
          if (verdict == Verdict.NEVER) {
            yield Verdict.NEVER;
          }
          result = verdict == Verdict.MAYBE ? Verdict.MAYBE : result;
        }
        yield result;
      }
      case Predicate.Any any -> {
        Verdict result = Verdict.NEVER;
        for (Predicate operand : any.operands()) {
          Verdict verdict = decide(operand);
          if (verdict == Verdict.ALWAYS) {
            yield Verdict.ALWAYS;
          }
          result = verdict == Verdict.MAYBE ? Verdict.MAYBE : result;
        }
        yield result;
      }
      case Predicate.Complement complement ->
          switch (decide(complement.operand())) {
            case NEVER -> Verdict.ALWAYS;
            case MAYBE -> Verdict.MAYBE;
            case ALWAYS -> Verdict.NEVER;
          };
      case Predicate.Test test ->
          switch (test.field()) {
            case FieldExpression.Attribute attribute -> attribute(test.places());
            case FieldExpression.IntrinsicField field -> intrinsic(field.intrinsic(), test.test());
            case FieldExpression.ParentAttribute parent -> Verdict.MAYBE;
          };
      case Predicate.Exists exists ->
          exists.field() instanceof FieldExpression.Attribute
              ? attribute(exists.places())
              : Verdict.MAYBE;
      case Predicate.SomeRow some -> {
        Verdict ofAbsent = decide(some.ofAbsent());
        if (!extent.hasRows(some.table())) {
          yield ofAbsent;
        }
        // What holds for every row holds for every span that has one.
        Verdict verdict = decide(some.condition());
        yield verdict == ofAbsent ? verdict : Verdict.MAYBE;
      }
      case Predicate.OfOwner owner -> decide(owner.condition());
      case Predicate.RowWise rowWise -> Verdict.MAYBE;
    };
  }

  // ---- attributes

  private Verdict attribute(List<AttributeTest> places) throws IOException {
    if (places.size() == 1) {
      return attribute(places.get(0));
    }
    for (AttributeTest place : places) {
      if (attribute(place) != Verdict.NEVER) {
        return Verdict.MAYBE;
      }
    }
    return Verdict.NEVER;
  }

  private Verdict attribute(AttributeTest attribute) throws IOException {
    ValueTest test = attribute.test();
    if (attribute.isOfOwners()) {
      Selection owners = extent.owners(attribute.table(), attribute.name(), test);
      int count = owners.count();
      return count == 0 ? Verdict.NEVER : count == owners.size() ? Verdict.ALWAYS : Verdict.MAYBE;
    }
    int candidates = 0;
    ColumnKey candidate = null;
    for (int i = 0; i < attribute.columns().size(); i++) {
      ColumnKey column = attribute.columns().get(i);
      ZoneMap zone = extent.zone(column);
      if (test == null ? zone != null : Zones.mayPass(test, column.type(), zone)) {
        candidates++;
        candidate = column;
      }
    }
    if (extent.zone(attribute.overflow()) != null) {
      return Verdict.MAYBE;
    }
    if (candidate == null) {
      return Verdict.NEVER;
    }
    ColumnValue equal = attribute.equal();
    if (candidates > 1 || equal == null || !equal.column().equals(candidate)) {
      return Verdict.MAYBE;
    }
    if (extent.mayContain(equal)) {
      return Verdict.MAYBE;
    }
    isOutByValues = true;
    return Verdict.NEVER;
  }

  // ---- intrinsics

  private Verdict intrinsic(Intrinsic intrinsic, ValueTest test) throws IOException {
    return switch (intrinsic) {
      case SPAN_STATUS ->
          test.constant() instanceof Value.Status status
              ? code(Fields.SPAN_STATUS, status.code(), test)
              : Verdict.NEVER;
      case SPAN_KIND ->
          test.constant() instanceof Value.Kind kind
              ? code(Fields.SPAN_KIND, kind.code(), test)
              : Verdict.NEVER;
      case SPAN_DURATION -> duration(test);
      case SPAN_NAME ->
          Zones.mayPass(test, ValueType.STRING, extent.zone(Fields.SPAN_NAME))
              ? Verdict.MAYBE
              : Verdict.NEVER;
      case EVENT_NAME ->
          Zones.mayPass(test, ValueType.STRING, extent.zone(Fields.EVENT_NAME))
              ? Verdict.MAYBE
              : Verdict.NEVER;
      case LINK_TRACE_ID, LINK_SPAN_ID ->
          extent.hasRows(Table.LINK) ? Verdict.MAYBE : Verdict.NEVER;
      case EVENT_TIME_SINCE_START -> extent.hasRows(Table.EVENT) ? Verdict.MAYBE : Verdict.NEVER;
      case TRACE_ID -> traceId(test);
      case TRACE_DURATION,
          TRACE_ROOT_NAME,
          TRACE_ROOT_SERVICE,
          SPAN_STATUS_MESSAGE,
          SPAN_ID,
          SPAN_PARENT_ID,
          SPAN_CHILD_COUNT,
          INSTRUMENTATION_NAME,
          INSTRUMENTATION_VERSION,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT ->
          Verdict.MAYBE;
    };
  }

  private Verdict code(ColumnKey field, int code, ValueTest test) {
    ZoneMap zone = extent.zone(field);
    if (!test.operator().isEquality() || zone == null) {
      return Verdict.NEVER;
    }
    if (!zone.hasBounds()) {
      return Verdict.MAYBE;
    }
    if (code < zone.min() || code > zone.max()) {
      return test.isInverted() ? Verdict.ALWAYS : Verdict.NEVER;
    }
    if (zone.min() == zone.max()) {
      return test.isInverted() ? Verdict.NEVER : Verdict.ALWAYS;
    }
    return Verdict.MAYBE;
  }

  private Verdict duration(ValueTest test) {
    ZoneMap zone = extent.zone(Fields.SPAN_DURATION);
    if (zone == null || !Comparisons.isNumber(test.constant())) {
      return Verdict.NEVER;
    }
    if (!zone.hasBounds()) {
      return Verdict.MAYBE;
    }
    ZoneMap clamped =
        ZoneMap.ofLongs(zone.valueCount(), Math.max(0, zone.min()), Math.max(0, zone.max()));
    return Zones.longs(test, clamped) ? Verdict.MAYBE : Verdict.NEVER;
  }

  private Verdict traceId(ValueTest test) throws IOException {
    if (!(test.equalTo() instanceof Value.Text text)) {
      return Verdict.MAYBE;
    }
    Value.Id id = Value.Id.parse(text, 2 * TraceId.BYTES);
    return id != null && extent.mayContain(new TraceId(id.high(), id.low()))
        ? Verdict.MAYBE
        : Verdict.NEVER;
  }
}
