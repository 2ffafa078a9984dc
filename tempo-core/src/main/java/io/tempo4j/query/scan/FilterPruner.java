package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.TraceId;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Says of a row group, before columns are read, whether a predicate can, may or must be true there.
 *
 * <p>It asks in this order: which columns there are, their bounds, the resources and scopes of the
 * source, and for equality the filter of attribute values.
 */
public final class FilterPruner {

  /** What is known of a predicate for all spans of a row group. */
  public enum Verdict {
    /** False for every span. */
    NEVER,
    /** Not known. */
    MAYBE,
    /** True for every span. */
    ALWAYS
  }

  private static final ValueType[] ATTRIBUTE_TYPES = {
    ValueType.STRING, ValueType.INT, ValueType.DOUBLE, ValueType.BOOL, ValueType.ANY
  };

  private final GroupView group;
  private boolean isOutByValues;

  public FilterPruner(GroupView group) {
    this.group = group;
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
            case FieldExpression.Attribute attribute -> attribute(attribute, test.test());
            case FieldExpression.IntrinsicField field -> intrinsic(field.intrinsic(), test.test());
            case FieldExpression.ParentAttribute parent -> Verdict.MAYBE;
          };
      case Predicate.Exists exists ->
          exists.field() instanceof FieldExpression.Attribute attribute
              ? attribute(attribute, null)
              : Verdict.MAYBE;
      case Predicate.RowWise rowWise -> Verdict.MAYBE;
    };
  }

  // ---- attributes

  private Verdict attribute(FieldExpression.Attribute attribute, @Nullable ValueTest test)
      throws IOException {
    if (attribute.scope() != AttributeScope.UNSCOPED) {
      return scoped(FieldScopes.table(attribute.scope()), attribute.name(), test);
    }
    for (AttributeScope scope : FieldScopes.UNSCOPED_ORDER) {
      if (scoped(FieldScopes.table(scope), attribute.name(), test) != Verdict.NEVER) {
        return Verdict.MAYBE;
      }
    }
    return Verdict.NEVER;
  }

  private Verdict scoped(Table table, String name, @Nullable ValueTest test) throws IOException {
    if (table == Table.RESOURCE || table == Table.SCOPE) {
      Selection owners = group.source().owners(table, name, test);
      int count = owners.count();
      return count == 0 ? Verdict.NEVER : count == owners.size() ? Verdict.ALWAYS : Verdict.MAYBE;
    }
    TableView view = group.table(table);
    if (test == null) {
      return view.mayHave(name) ? Verdict.MAYBE : Verdict.NEVER;
    }
    int candidates = 0;
    ColumnKey candidate = null;
    for (ValueType type : ATTRIBUTE_TYPES) {
      if (test.accepts(type)) {
        ColumnKey key = ColumnKey.attribute(table, name, type);
        if (Zones.mayPass(test, type, view.zone(key))) {
          candidates++;
          candidate = key;
        }
      }
    }
    if (view.hasOverflow()) {
      return Verdict.MAYBE;
    }
    if (candidate == null) {
      return Verdict.NEVER;
    }
    return candidates == 1 && isFilteredOut(candidate, test) ? Verdict.NEVER : Verdict.MAYBE;
  }

  private boolean isFilteredOut(ColumnKey column, ValueTest test) throws IOException {
    byte[] value =
        switch (test.equalTo()) {
          case Value.Text text when column.type() == ValueType.STRING -> text.utf8();
          case Value.Int number when column.type() == ValueType.INT ->
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number.value()).array();
          case null, default -> null;
        };
    if (value == null) {
      return false;
    }
    BitSet groups = group.source().probe(column, test, value);
    boolean isOut = !groups.get(group.index());
    isOutByValues |= isOut;
    return isOut;
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
          Zones.mayPass(test, ValueType.STRING, group.spans().zone(Fields.SPAN_NAME))
              ? Verdict.MAYBE
              : Verdict.NEVER;
      case EVENT_NAME ->
          Zones.mayPass(test, ValueType.STRING, group.table(Table.EVENT).zone(Fields.EVENT_NAME))
              ? Verdict.MAYBE
              : Verdict.NEVER;
      case LINK_TRACE_ID, LINK_SPAN_ID ->
          group.table(Table.LINK).rowCount() == 0 ? Verdict.NEVER : Verdict.MAYBE;
      case EVENT_TIME_SINCE_START ->
          group.table(Table.EVENT).rowCount() == 0 ? Verdict.NEVER : Verdict.MAYBE;
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
    ZoneMap zone = group.spans().zone(field);
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
    ZoneMap zone = group.spans().zone(Fields.SPAN_DURATION);
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
    String hex = new String(text.utf8(), StandardCharsets.UTF_8);
    if (hex.length() != 2 * TraceId.BYTES || !hex.chars().allMatch(FilterPruner::isLowerHex)) {
      return Verdict.NEVER;
    }
    return group.source().source().findTrace(TraceId.parse(hex)) == group.index()
        ? Verdict.MAYBE
        : Verdict.NEVER;
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  // ---- cost

  /** A rough number of values that evaluating the predicate looks at; orders conjunctions. */
  public long cost(Predicate predicate) {
    long spans = group.spans().rowCount();
    return switch (predicate) {
      case Predicate.Constant constant -> 0;
      case Predicate.All all -> all.operands().stream().mapToLong(this::cost).sum();
      case Predicate.Any any -> any.operands().stream().mapToLong(this::cost).sum();
      case Predicate.Complement complement -> cost(complement.operand());
      case Predicate.Test test ->
          switch (test.field()) {
            case FieldExpression.Attribute attribute -> attributeCost(attribute, test.test());
            case FieldExpression.IntrinsicField field -> intrinsicCost(field.intrinsic(), spans);
            case FieldExpression.ParentAttribute parent -> 64 * spans;
          };
      case Predicate.Exists exists ->
          exists.field() instanceof FieldExpression.Attribute attribute
              ? attributeCost(attribute, null)
              : 64 * spans;
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

  private long attributeCost(FieldExpression.Attribute attribute, @Nullable ValueTest test) {
    if (attribute.scope() != AttributeScope.UNSCOPED) {
      return scopedCost(FieldScopes.table(attribute.scope()), attribute.name(), test);
    }
    long cost = 0;
    for (AttributeScope scope : FieldScopes.UNSCOPED_ORDER) {
      cost += scopedCost(FieldScopes.table(scope), attribute.name(), test);
    }
    return cost;
  }

  private long scopedCost(Table table, String name, @Nullable ValueTest test) {
    TableView view = group.table(table);
    if (table == Table.RESOURCE || table == Table.SCOPE) {
      return view.mayHave(name) ? group.spans().rowCount() / 4 : 0;
    }
    long cost = 0;
    for (ValueType type : ATTRIBUTE_TYPES) {
      ZoneMap zone = view.zone(ColumnKey.attribute(table, name, type));
      if (zone != null && (test == null || test.accepts(type))) {
        int weight = type == ValueType.ANY || (test != null && test.isRegex()) ? 8 : 1;
        cost += (long) weight * zone.valueCount();
      }
    }
    return cost;
  }
}
