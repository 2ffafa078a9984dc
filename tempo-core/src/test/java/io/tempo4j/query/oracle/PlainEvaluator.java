package io.tempo4j.query.oracle;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.LogicalOperator;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a spanset filter means, said once more as plainly as possible: over lists of span objects,
 * one span at a time. Values are String, Id, Long, Double, Boolean, Status, Kind, Opaque or a list.
 *
 * <p>A condition holds for a span if there is an event and there is a link for which it holds; a
 * span without events, or links, is asked with one that has nothing. A negated condition holds
 * where the condition does not.
 */
public final class PlainEvaluator {

  private record Status(int code) {}

  private record Kind(int code) {}

  /** The event and the link that a condition is asked of; null for those that have nothing. */
  private record Choice(Span.Event event, Span.Link link) {}

  /** An id with all its digits. */
  private record Id(String digits) {

    boolean isNone() {
      return digits.matches("0*");
    }

    BigInteger number() {
      return new BigInteger(digits, 16);
    }

    /** With any number of its zeros on the left; of zeros alone also without any. */
    List<String> texts() {
      List<String> texts = new ArrayList<>();
      for (int from = 0; from <= digits.length(); from++) {
        texts.add(digits.substring(from));
        if (from < digits.length() && digits.charAt(from) != '0') {
          break;
        }
      }
      return texts;
    }

    String base64() {
      return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digits));
    }

    /** As this id would be if it were that text; the text itself if it could not be. */
    String padded(String text) {
      if (text.endsWith("=")) {
        try {
          byte[] decoded = Base64.getDecoder().decode(text);
          String again = Base64.getEncoder().encodeToString(decoded);
          if (2 * decoded.length == digits.length() && again.equals(text)) {
            return HexFormat.of().formatHex(decoded);
          }
        } catch (IllegalArgumentException e) {
          return text;
        }
      }
      return text.matches("[0-9a-f]{0," + digits.length() + "}")
          ? "0".repeat(digits.length() - text.length()) + text
          : text;
    }
  }

  /** Bytes, a map, or nothing in an array. */
  private record Opaque(AnyValue content) {}

  /** The spans of one trace part. */
  private final List<PlainSpan> part;

  private final Map<PlainSpan, int[]> nestedSets = new HashMap<>();
  private Set<PlainSpan> cut;

  /**
   * Evaluates over a trace, or a part of one.
   *
   * @param part spans that agree in all but their content are in the order in which they count
   */
  public PlainEvaluator(List<PlainSpan> part) {
    this.part = part.stream().sorted(KEYS).toList();
  }

  public boolean isTrue(FieldExpression condition, PlainSpan span) {
    List<Span.Event> events = new ArrayList<>(span.span().getEventsList());
    List<Span.Link> links = new ArrayList<>(span.span().getLinksList());
    if (events.isEmpty()) {
      events.add(null);
    }
    if (links.isEmpty()) {
      links.add(null);
    }
    return events.stream()
        .anyMatch(event ->
            links.stream().anyMatch(link -> holds(condition, span, new Choice(event, link))));
  }

  private boolean holds(FieldExpression condition, PlainSpan span, Choice choice) {
    return values(condition, span, choice).contains(Boolean.TRUE);
  }

  /** All values: none for nil, several for events and links if there is no choice. */
  private List<Object> values(FieldExpression expression, PlainSpan span, Choice choice) {
    return switch (expression) {
      case FieldExpression.Literal literal -> list(literal(literal.value()));
      case FieldExpression.Attribute a -> attribute(a.scope().word(), a.name(), span, choice);
      case FieldExpression.ParentAttribute a -> {
        PlainSpan parent = parent(span);
        yield parent == null ? List.of() : attribute(a.scope().word(), a.name(), parent, null);
      }
      case FieldExpression.IntrinsicField field -> intrinsic(field, span, choice);
      case FieldExpression.Not not when isOfField(not) -> {
        List<Object> values = new ArrayList<>();
        for (Object value : values(not.operand(), span, choice)) {
          if (value instanceof Boolean b) {
            values.add(!b);
          }
        }
        yield values;
      }
      case FieldExpression.Not not -> List.of(!isTrue(not.operand(), span));
      case FieldExpression.Negate negate -> {
        Object value = first(negate.operand(), span, choice);
        yield value instanceof Long l
            ? List.of(-l)
            : value instanceof Double d ? List.of(-d) : List.of();
      }
      case FieldExpression.Arithmetic arithmetic ->
          list(
              calculate(
                  arithmetic.operator().symbol(),
                  first(arithmetic.left(), span, choice),
                  first(arithmetic.right(), span, choice)));
      case FieldExpression.Comparison comparison when choice == null ->
          List.of(isTrue(comparison, span));
      case FieldExpression.Logical logical when choice == null -> List.of(isTrue(logical, span));
      case FieldExpression.Comparison comparison -> List.of(compare(comparison, span, choice));
      case FieldExpression.Logical logical ->
          List.of(
              logical.operator() == LogicalOperator.AND
                  ? logical.operands().stream().allMatch(o -> holds(o, span, choice))
                  : logical.operands().stream().anyMatch(o -> holds(o, span, choice)));
    };
  }

  private static boolean isOfField(FieldExpression.Not not) {
    return not.operand() instanceof FieldExpression.Reference
        || (not.operand() instanceof FieldExpression.Not inner && isOfField(inner));
  }

  /**
   * The values of a field: strings, numbers, truth values and lists of these; what stands for
   * others is equal to none of them.
   */
  public List<Object> valuesOf(FieldExpression.Reference field, PlainSpan span) {
    return values(field, span, null).stream()
        .map(value -> value instanceof Id id ? shown(id) : value)
        .toList();
  }

  private static String shown(Id id) {
    return id.isNone() ? "" : id.digits;
  }

  /** The first value; null for nil. */
  Object value(FieldExpression expression, PlainSpan span) {
    return first(expression, span);
  }

  /** The first value, or null. */
  Object first(FieldExpression expression, PlainSpan span) {
    return first(expression, span, null) instanceof Id id
        ? shown(id)
        : first(expression, span, null);
  }

  private Object first(FieldExpression expression, PlainSpan span, Choice choice) {
    List<Object> values = values(expression, span, choice);
    return values.isEmpty() ? null : values.get(0);
  }

  /** A value as a label shows it; null for what has none. */
  static AttributeValue label(Object value) {
    return switch (value) {
      case null -> null;
      case String text -> new AttributeValue.StringValue(text);
      case Long number -> new AttributeValue.IntValue(number);
      case Double number -> new AttributeValue.DoubleValue(number);
      case Boolean bool -> new AttributeValue.BoolValue(bool);
      case Status status ->
          new AttributeValue.StringValue(
              status.code < 3
                  ? List.of("unset", "ok", "error").get(status.code)
                  : "" + status.code);
      case Kind kind ->
          new AttributeValue.StringValue(
              kind.code < 6
                  ? List.of("unspecified", "internal", "server", "client", "producer", "consumer")
                      .get(kind.code)
                  : "" + kind.code);
      default -> null;
    };
  }

  private static List<Object> list(Object value) {
    return value == null ? List.of() : List.of(value);
  }

  static Object literal(LiteralValue literal) {
    return switch (literal) {
      case LiteralValue.IntValue v -> v.value();
      case LiteralValue.FloatValue v -> v.value();
      case LiteralValue.StringValue v -> v.value();
      case LiteralValue.DurationValue v -> v.nanos();
      case LiteralValue.BoolValue v -> v.value();
      case LiteralValue.NilValue v -> null;
      case LiteralValue.StatusValue v -> new Status(v.value().otlpCode());
      case LiteralValue.KindValue v -> new Kind(v.value().otlpCode());
    };
  }

  /** How results show a value that is no text, number or truth value. */
  static String word(Object value) {
    return switch (value) {
      case Status status -> List.of("unset", "ok", "error").get(status.code);
      case Kind kind ->
          kind.code > 5
              ? Integer.toString(kind.code)
              : List.of("unspecified", "internal", "server", "client", "producer", "consumer")
                  .get(kind.code);
      default -> "other";
    };
  }

  // ---- comparison

  private boolean compare(FieldExpression.Comparison comparison, PlainSpan span, Choice choice) {
    List<Object> left = values(comparison.left(), span, choice);
    List<Object> right = values(comparison.right(), span, choice);
    ComparisonOperator operator = comparison.operator();
    if (isNil(comparison.left()) || isNil(comparison.right())) {
      boolean isAbsent = left.isEmpty() && right.isEmpty();
      return isAbsent == (operator == ComparisonOperator.EQUAL);
    }
    for (Object a : left) {
      for (Object b : right) {
        if (holds(operator, a, b)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isNil(FieldExpression expression) {
    return expression instanceof FieldExpression.Literal literal
        && literal.value() instanceof LiteralValue.NilValue;
  }

  private static boolean holds(ComparisonOperator operator, Object a, Object b) {
    if (a instanceof List<?> || b instanceof List<?>) {
      List<?> as = a instanceof List<?> l ? l : List.of(a);
      List<?> bs = b instanceof List<?> l ? l : List.of(b);
      boolean any = false;
      boolean anyComparable = false;
      ComparisonOperator positive =
          switch (operator) {
            case NOT_EQUAL -> ComparisonOperator.EQUAL;
            case NOT_MATCHES -> ComparisonOperator.MATCHES;
            default -> operator;
          };
      for (Object x : as) {
        for (Object y : bs) {
          if (!(x instanceof List<?>) && !(y instanceof List<?>) && isSameSort(x, y)) {
            anyComparable = true;
            any |= holds(positive, x, y);
          }
        }
      }
      return positive == operator ? any : anyComparable && !any;
    }
    if (!isSameSort(a, b)) {
      return false;
    }
    if (a instanceof Id || b instanceof Id) {
      return idHolds(operator, a, b);
    }
    if (operator.isRegex()) {
      return a instanceof String text
          && Pattern.compile((String) b, Pattern.DOTALL).matcher(text).matches()
              == (operator == ComparisonOperator.MATCHES);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return numbers(operator, x, y);
    }
    if (a instanceof String x && b instanceof String y) {
      int compared =
          Arrays.compareUnsigned(
              x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));
      return numbers(operator, compared, 0);
    }
    return switch (operator) {
      case EQUAL -> a.equals(b);
      case NOT_EQUAL -> !a.equals(b);
      default -> false;
    };
  }

  private static boolean idHolds(ComparisonOperator operator, Object a, Object b) {
    if (operator.isRegex()) {
      Pattern pattern = Pattern.compile((String) b, Pattern.DOTALL);
      return ((Id) a).texts().stream().anyMatch(text -> pattern.matcher(text).matches())
          == (operator == ComparisonOperator.MATCHES);
    }
    if (operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL) {
      boolean isEqual =
          a instanceof Id x && b instanceof Id y
              ? x.number().equals(y.number())
              : a instanceof Id x ? isText(x, (String) b) : isText((Id) b, (String) a);
      return isEqual == (operator == ComparisonOperator.EQUAL);
    }
    return a instanceof Id x && b instanceof Id y
        ? numbers(operator, x.number().compareTo(y.number()), 0)
        : a instanceof Id x
            ? numbers(operator, x.digits.compareTo(x.padded((String) b)), 0)
            : numbers(operator, ((Id) b).padded((String) a).compareTo(((Id) b).digits), 0);
  }

  private static boolean isText(Id id, String text) {
    return id.texts().contains(text) || id.base64().equals(text);
  }

  private static boolean isSameSort(Object a, Object b) {
    if (a instanceof Id || b instanceof Id) {
      return (a instanceof Id || a instanceof String) && (b instanceof Id || b instanceof String);
    }
    return (a instanceof Number && b instanceof Number)
        || (a.getClass() == b.getClass() && !(a instanceof Opaque));
  }

  static boolean numbers(ComparisonOperator operator, Number x, Number y) {
    if (!(x instanceof Double) && !(y instanceof Double)) {
      long a = x.longValue();
      long b = y.longValue();
      return switch (operator) {
        case EQUAL -> a == b;
        case NOT_EQUAL -> a != b;
        case LESS -> a < b;
        case LESS_OR_EQUAL -> a <= b;
        case GREATER -> a > b;
        default -> a >= b;
      };
    }
    double a = x.doubleValue();
    double b = y.doubleValue();
    return switch (operator) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      case LESS_OR_EQUAL -> a <= b;
      case GREATER -> a > b;
      default -> a >= b;
    };
  }

  static Object calculate(String operator, Object a, Object b) {
    if (!(a instanceof Number x) || !(b instanceof Number y)) {
      return null;
    }
    if (x instanceof Long && y instanceof Long) {
      BigInteger p = BigInteger.valueOf(x.longValue());
      BigInteger q = BigInteger.valueOf(y.longValue());
      return switch (operator) {
        case "+" -> p.add(q).longValue();
        case "-" -> p.subtract(q).longValue();
        case "*" -> p.multiply(q).longValue();
        case "/" -> q.signum() == 0 ? null : (Object) p.divide(q).longValue();
        case "%" -> q.signum() == 0 ? null : (Object) p.remainder(q).longValue();
        default -> (long) Math.pow(x.doubleValue(), y.doubleValue());
      };
    }
    double p = x.doubleValue();
    double q = y.doubleValue();
    return switch (operator) {
      case "+" -> p + q;
      case "-" -> p - q;
      case "*" -> p * q;
      case "/" -> p / q;
      case "%" -> p % q;
      default -> Math.pow(p, q);
    };
  }

  // ---- fields

  private static List<Object> attribute(String scope, String name, PlainSpan span, Choice choice) {
    if (scope.isEmpty()) {
      for (String next : List.of("span", "resource")) {
        List<Object> values = attribute(next, name, span, choice);
        if (!values.isEmpty()) {
          return values;
        }
      }
      return List.of();
    }
    List<Object> values = new ArrayList<>();
    List<List<KeyValue>> owners =
        switch (scope) {
          case "span" -> List.of(span.span().getAttributesList());
          case "resource" -> List.of(span.resource().getAttributesList());
          case "instrumentation" -> List.of(span.scope().getAttributesList());
          case "event" ->
              events(span.span(), choice).stream().map(Span.Event::getAttributesList).toList();
          default -> links(span.span(), choice).stream().map(Span.Link::getAttributesList).toList();
        };
    for (List<KeyValue> attributes : owners) {
      attributes.stream()
          .filter(kv -> kv.getKey().equals(name))
          .map(kv -> value(kv.getValue()))
          .filter(Objects::nonNull)
          .forEach(values::add);
    }
    return values;
  }

  private static List<Span.Event> events(Span span, Choice choice) {
    if (choice == null) {
      return span.getEventsList();
    }
    return choice.event == null ? List.of() : List.of(choice.event);
  }

  private static List<Span.Link> links(Span span, Choice choice) {
    if (choice == null) {
      return span.getLinksList();
    }
    return choice.link == null ? List.of() : List.of(choice.link);
  }

  /** Bytes and maps become objects that are equal to nothing that a query can name. */
  static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BOOL_VALUE -> value.getBoolValue();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(v -> Objects.requireNonNullElse(value(v), new Opaque(v)))
              .toList();
      case VALUE_NOT_SET -> null;
      default -> new Opaque(value);
    };
  }

  private List<Object> intrinsic(
      FieldExpression.IntrinsicField field, PlainSpan plain, Choice choice) {
    Span span = plain.span();
    HexFormat hex = HexFormat.of();
    return switch (field.intrinsic()) {
      case TRACE_DURATION -> {
        long start = part.stream().map(PlainSpan::start).min(Long::compareUnsigned).orElseThrow();
        long end =
            part.stream().map(PlainSpan::lastMoment).max(Long::compareUnsigned).orElseThrow();
        BigInteger duration =
            new BigInteger(Long.toUnsignedString(end))
                .subtract(new BigInteger(Long.toUnsignedString(start)))
                .max(BigInteger.ZERO)
                .min(BigInteger.valueOf(Long.MAX_VALUE));
        yield List.of(duration.longValue());
      }
      case TRACE_ROOT_NAME -> List.of(root() == null ? "" : root().span().getName());
      case TRACE_ROOT_SERVICE ->
          List.of(
              root() == null
                  ? ""
                  : attribute("resource", "service.name", root(), null).stream()
                      .filter(String.class::isInstance)
                      .findFirst()
                      .orElse(""));
      case TRACE_ID -> List.of(new Id(plain.traceId().toHex()));
      case SPAN_DURATION -> List.of(Math.max(0L, plain.end() - plain.start()));
      case SPAN_NAME -> List.of(span.getName());
      case SPAN_KIND -> List.of(new Kind(span.getKindValue()));
      case SPAN_STATUS -> List.of(new Status(span.getStatus().getCodeValue()));
      case SPAN_STATUS_MESSAGE -> List.of(span.getStatus().getMessage());
      case SPAN_ID -> List.of(new Id(hex.toHexDigits(plain.spanId())));
      case SPAN_PARENT_ID -> List.of(new Id(hex.toHexDigits(plain.parentId())));
      case SPAN_CHILD_COUNT -> List.of((long) children(plain).size());
      case EVENT_NAME -> events(span, choice).stream().map(e -> (Object) e.getName()).toList();
      case EVENT_TIME_SINCE_START ->
          events(span, choice).stream()
              .map(e -> (Object) (e.getTimeUnixNano() - plain.start()))
              .toList();
      case LINK_TRACE_ID ->
          links(span, choice).stream()
              .map(l -> new Id(hex.formatHex(l.getTraceId().toByteArray())))
              .filter(id -> !id.isNone())
              .map(Object.class::cast)
              .toList();
      case LINK_SPAN_ID ->
          links(span, choice).stream()
              .map(l -> new Id(hex.formatHex(l.getSpanId().toByteArray())))
              .filter(id -> !id.isNone())
              .map(Object.class::cast)
              .toList();
      case INSTRUMENTATION_NAME -> List.of(plain.scope().getName());
      case INSTRUMENTATION_VERSION -> List.of(plain.scope().getVersion());
      case NESTED_SET_LEFT -> List.of((long) nestedSet(plain)[0]);
      case NESTED_SET_RIGHT -> List.of((long) nestedSet(plain)[1]);
      case NESTED_SET_PARENT -> List.of((long) nestedSet(plain)[2]);
    };
  }

  private PlainSpan root() {
    return part.stream().filter(s -> s.parentId() == 0).findFirst().orElse(null);
  }

  static final Comparator<PlainSpan> KEYS =
      Comparator.comparing(PlainSpan::start, Long::compareUnsigned)
          .thenComparing(PlainSpan::spanId, Long::compareUnsigned)
          .thenComparingInt(s -> s.span().getKindValue())
          .thenComparing(s -> s.end() - s.start(), Long::compareUnsigned);

  static final Comparator<PlainSpan> ORDER = KEYS.thenComparing(PlainSpan::digest);

  /** The parent; null for a root, where it is missing, and where a cycle was cut. */
  PlainSpan parent(PlainSpan span) {
    return cut().contains(span) ? null : namedParent(span);
  }

  /** Of spans that share the parent's id the server, else the first. */
  private PlainSpan namedParent(PlainSpan span) {
    List<PlainSpan> candidates =
        part.stream()
            .filter(s -> span.parentId() != 0 && s.spanId() == span.parentId() && s != span)
            .toList();
    return candidates.stream()
        .filter(s -> s.span().getKind() == Span.SpanKind.SPAN_KIND_SERVER)
        .findFirst()
        .orElse(candidates.isEmpty() ? null : candidates.get(0));
  }

  /** Spans that lose their parent so that every span is below one without: the earliest first. */
  private Set<PlainSpan> cut() {
    if (cut == null) {
      cut = new HashSet<>();
      Set<PlainSpan> placed = new HashSet<>();
      part.stream().filter(s -> namedParent(s) == null).forEach(s -> place(s, placed));
      part.stream()
          .forEach(s -> {
            if (!placed.contains(s)) {
              cut.add(s);
              place(s, placed);
            }
          });
    }
    return cut;
  }

  private void place(PlainSpan span, Set<PlainSpan> placed) {
    if (placed.add(span)) {
      part.stream().filter(s -> namedParent(s) == span).forEach(s -> place(s, placed));
    }
  }

  private List<PlainSpan> children(PlainSpan span) {
    return part.stream().filter(s -> parent(s) == span).toList();
  }

  private int[] nestedSet(PlainSpan span) {
    if (nestedSets.isEmpty()) {
      int next = 1;
      for (PlainSpan root : part.stream().filter(s -> s.parentId() == 0).toList()) {
        next = number(root, -1, next);
      }
    }
    return nestedSets.getOrDefault(span, new int[3]);
  }

  private int number(PlainSpan span, int parent, int first) {
    int[] numbers = {first, 0, parent};
    nestedSets.put(span, numbers);
    int next = first + 1;
    for (PlainSpan child : children(span)) {
      next = number(child, first, next);
    }
    numbers[1] = next;
    return next + 1;
  }
}
