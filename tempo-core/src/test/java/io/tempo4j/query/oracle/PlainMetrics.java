package io.tempo4j.query.oracle;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.GoDurationFormat;
import io.tempo4j.model.TraceId;
import io.tempo4j.traceql.ArithmeticOperator;
import io.tempo4j.traceql.FieldExpression.Reference;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.MetricsStage;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.StaticType;
import io.tempo4j.traceql.TraceQl;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A metrics query over lists of spans, as plainly as possible: spans are put into lists by labels
 * and time, and each list is made a number.
 */
public final class PlainMetrics {

  /** Where a span without the attribute counts as one that has it, without a value. */
  private static final Set<String> ALWAYS_COUNTED =
      Set.of(
          "http.method",
          "http.request.method",
          "http.response.status_code",
          "http.route",
          "http.status_code",
          "http.url",
          "server.address",
          "server.port",
          "url.path",
          "url.route");

  private static final AttributeValue NIL = new AttributeValue.StringValue("nil");

  /** A span that was selected, in the trace that it is seen in. */
  private record Seen(PlainSpan span, PlainEvaluator trace) {}

  /** Labels without order, and values in the order of time; NaN for none. */
  private record Line(Set<Attribute> labels, double[] values) {

    Set<Attribute> labelsWithoutName() {
      Set<Attribute> without = new LinkedHashSet<>(labels);
      without.removeIf(label -> label.key().equals("__name__"));
      return without;
    }

    boolean hasValue() {
      return Arrays.stream(values).anyMatch(Double::isFinite);
    }
  }

  private final PlainSpan.Kept kept;
  private final BigInteger start;
  private final BigInteger step;
  private final int buckets;

  /** Over sources that may have spans in common. */
  public PlainMetrics(List<List<PlainSpan>> sources, long start, long step, int buckets) {
    kept = PlainSpan.Kept.of(sources);
    this.start = BigInteger.valueOf(start);
    this.step = BigInteger.valueOf(step);
    this.buckets = buckets;
  }

  /** The series by their labels. */
  public Map<Set<Attribute>, double[]> query(String query) {
    Map<Set<Attribute>, double[]> result = new HashMap<>();
    for (Line line : evaluate((MetricsExpression) TraceQl.parse(query).statement())) {
      if (line.hasValue() && result.put(line.labels, line.values) != null) {
        throw new AssertionError("twice the same labels: " + line.labels);
      }
    }
    return result;
  }

  private List<Line> evaluate(MetricsExpression expression) {
    return switch (expression) {
      case MetricsExpression.OfPipeline leaf -> leaf(leaf);
      case MetricsExpression.Staged staged -> stage(evaluate(staged.input()), staged.stage());
      case MetricsExpression.Arithmetic sum -> arithmetic(sum);
      case MetricsExpression.Constant constant -> throw new AssertionError("a number alone");
    };
  }

  // ---- spans

  /** The spans that count, of the parts of a trace that overlap the range, taken together. */
  private List<Seen> select(Pipeline pipeline) {
    Map<TraceId, List<PlainSpan>> traces = new LinkedHashMap<>();
    for (List<PlainSpan> source : kept.sources()) {
      Map<TraceId, List<PlainSpan>> parts = new LinkedHashMap<>();
      source.forEach(s -> parts.computeIfAbsent(s.traceId(), id -> new ArrayList<>()).add(s));
      parts.values().stream()
          .filter(this::overlaps)
          .forEach(part ->
              traces.computeIfAbsent(part.get(0).traceId(), id -> new ArrayList<>()).addAll(part));
    }
    List<Seen> selected = new ArrayList<>();
    traces.values().forEach(trace -> select(pipeline, kept.distinctOf(trace), selected));
    return selected;
  }

  private void select(Pipeline pipeline, List<PlainSpan> trace, List<Seen> into) {
    PlainEvaluator evaluator = new PlainEvaluator(trace);
    Set<PlainSpan> found = Collections.newSetFromMap(new IdentityHashMap<>());
    new PlainPipeline(trace).evaluate(pipeline).forEach(spanset -> found.addAll(spanset.spans()));
    trace.stream()
        .filter(span -> found.contains(span) && bucketOf(span) >= 0)
        .forEach(span -> into.add(new Seen(span, evaluator)));
  }

  private boolean overlaps(List<PlainSpan> part) {
    BigInteger from = start.add(BigInteger.ONE);
    BigInteger to = start.add(step.multiply(BigInteger.valueOf(buckets)));
    long first = part.stream().map(PlainSpan::start).min(Long::compareUnsigned).orElseThrow();
    long last = part.stream().map(PlainSpan::lastMoment).max(Long::compareUnsigned).orElseThrow();
    return new BigInteger(Long.toUnsignedString(last)).compareTo(from) >= 0
        && new BigInteger(Long.toUnsignedString(first)).compareTo(to) <= 0;
  }

  /** The first bucket has the moments {@code start + 1 .. start + step}. */
  private int bucketOf(PlainSpan span) {
    BigInteger moment = new BigInteger(Long.toUnsignedString(span.start()));
    for (int i = 0; i < buckets; i++) {
      BigInteger from = start.add(step.multiply(BigInteger.valueOf(i)));
      if (moment.compareTo(from) > 0 && moment.compareTo(from.add(step)) <= 0) {
        return i;
      }
    }
    return -1;
  }

  // ---- functions

  private List<Line> leaf(MetricsExpression.OfPipeline leaf) {
    List<Seen> spans = select(leaf.pipeline());
    return switch (leaf.function()) {
      case MetricsFunction.Rate f ->
          counts(spans, leaf, "rate", list -> list.size() * (1.0 / (step.doubleValue() / 1e9)));
      case MetricsFunction.CountOverTime f ->
          counts(spans, leaf, "count_over_time", list -> (double) list.size());
      case MetricsFunction.OverTime f -> overTime(spans, leaf, f);
      case MetricsFunction.HistogramOverTime f -> histogram(spans, leaf, f.field());
      case MetricsFunction.QuantileOverTime f -> quantiles(spans, leaf, f);
      case MetricsFunction.Compare f -> compare(spans, f);
    };
  }

  private Map<Set<Attribute>, List<List<Seen>>> grouped(
      List<Seen> spans, Function<Seen, Set<Attribute>> labels) {
    Map<Set<Attribute>, List<List<Seen>>> groups = new LinkedHashMap<>();
    for (Seen seen : spans) {
      groups.computeIfAbsent(labels.apply(seen), k -> empty()).get(bucketOf(seen.span)).add(seen);
    }
    return groups;
  }

  private List<List<Seen>> empty() {
    List<List<Seen>> lists = new ArrayList<>();
    for (int i = 0; i < buckets; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private static List<Line> lines(
      Map<Set<Attribute>, List<List<Seen>>> groups, Function<List<Seen>, Double> number) {
    List<Line> lines = new ArrayList<>();
    groups.forEach((labels, lists) ->
        lines.add(
            new Line(
                labels, lists.stream().map(number).mapToDouble(Double::doubleValue).toArray())));
    lines.removeIf(line -> Arrays.stream(line.values).allMatch(Double::isNaN));
    return lines;
  }

  private List<Line> counts(
      List<Seen> spans,
      MetricsExpression.OfPipeline leaf,
      String name,
      Function<List<Seen>, Double> number) {
    Map<Set<Attribute>, List<List<Seen>>> groups =
        grouped(spans, seen -> labels(seen, leaf.groupBy(), name));
    if (leaf.groupBy().isEmpty()) {
      groups.putIfAbsent(labels(null, List.of(), name), empty());
    }
    return lines(groups, number);
  }

  private static Set<Attribute> labels(Seen seen, List<Reference> groupBy, String name) {
    Set<Attribute> labels = fields(seen, groupBy);
    if (labels.isEmpty()) {
      labels.add(
          groupBy.isEmpty()
              ? new Attribute("__name__", new AttributeValue.StringValue(name))
              : new Attribute(name(groupBy.get(0)), NIL));
    }
    return labels;
  }

  private static Set<Attribute> fields(Seen seen, List<Reference> groupBy) {
    Set<Attribute> labels = new LinkedHashSet<>();
    for (Reference field : groupBy) {
      AttributeValue value = PlainEvaluator.label(seen.trace.first(field, seen.span));
      if (field.type() == StaticType.DURATION && value instanceof AttributeValue.IntValue nanos) {
        value = new AttributeValue.StringValue(GoDurationFormat.text(nanos.value()));
      }
      if (value != null) {
        labels.add(new Attribute(name(field), value));
      }
    }
    return labels;
  }

  private static String name(Reference field) {
    String name = TraceQl.print(field);
    return name.equals("childCount") ? "span:childCount" : name;
  }

  /** A number of a span, in seconds for durations; null for none. */
  private static Double number(Seen seen, Reference field) {
    Object value = seen.trace.first(field, seen.span);
    if (!(value instanceof Number number) || Double.isNaN(number.doubleValue())) {
      return null;
    }
    return field.type() == StaticType.DURATION
        ? number.doubleValue() / 1e9
        : (Double) number.doubleValue();
  }

  private List<Line> overTime(
      List<Seen> spans, MetricsExpression.OfPipeline leaf, MetricsFunction.OverTime function) {
    return lines(
        grouped(spans, seen -> labels(seen, leaf.groupBy(), function.function().word())),
        list -> {
          List<Double> numbers = new ArrayList<>();
          list.forEach(seen -> numbers.add(number(seen, function.field())));
          numbers.removeIf(number -> number == null);
          if (numbers.isEmpty()) {
            return Double.NaN;
          }
          return switch (function.function()) {
            case MIN -> numbers.stream().min(Double::compare).orElseThrow();
            case MAX -> numbers.stream().max(Double::compare).orElseThrow();
            case SUM -> sum(numbers);
            case AVG -> sum(numbers) / numbers.size();
          };
        });
  }

  private static double sum(List<Double> numbers) {
    if (numbers.stream().anyMatch(number -> number.isInfinite())) {
      return numbers.stream().mapToDouble(Double::doubleValue).sum();
    }
    return numbers.stream()
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  // ---- powers of two

  /** The smallest power of two that is not less than a span's number; null for none. */
  private static Double bound(Seen seen, Reference field) {
    Object value = seen.trace.first(field, seen.span);
    boolean isFraction = value instanceof Double;
    if (!(value instanceof Number number)
        || (!isFraction && number.longValue() < 2)
        || !(number.doubleValue() > 0)
        || Double.isInfinite(number.doubleValue())) {
      return null;
    }
    BigDecimal exact = isFraction ? new BigDecimal((Double) value) : new BigDecimal((Long) value);
    double bound = Double.MIN_VALUE;
    while (Double.isFinite(bound) && new BigDecimal(bound).compareTo(exact) < 0) {
      bound *= 2;
    }
    return field.type() == StaticType.DURATION ? bound / 1e9 : bound;
  }

  private List<Line> histogram(
      List<Seen> spans, MetricsExpression.OfPipeline leaf, Reference field) {
    return lines(
        grouped(
            spans.stream().filter(seen -> bound(seen, field) != null).toList(),
            seen -> {
              Set<Attribute> labels = fields(seen, leaf.groupBy());
              labels.add(
                  new Attribute("__bucket", new AttributeValue.DoubleValue(bound(seen, field))));
              return labels;
            }),
        list -> (double) list.size());
  }

  private List<Line> quantiles(
      List<Seen> spans,
      MetricsExpression.OfPipeline leaf,
      MetricsFunction.QuantileOverTime function) {
    List<Line> lines = new ArrayList<>();
    for (double quantile : new LinkedHashSet<>(function.quantiles())) {
      lines.addAll(
          lines(
              grouped(
                  spans.stream().filter(seen -> bound(seen, function.field()) != null).toList(),
                  seen -> {
                    Set<Attribute> labels = fields(seen, leaf.groupBy());
                    labels.add(new Attribute("p", new AttributeValue.DoubleValue(quantile)));
                    return labels;
                  }),
              list ->
                  quantile(
                      quantile,
                      list.stream().map(seen -> bound(seen, function.field())).sorted().toList())));
    }
    return lines;
  }

  private static double quantile(double quantile, List<Double> bounds) {
    if (bounds.isEmpty()) {
      return Double.NaN;
    }
    int wanted = Math.max(1, (int) Math.ceil(quantile * bounds.size()));
    double bound = bounds.get(wanted - 1);
    long below = bounds.stream().filter(other -> other < bound).count();
    long same = bounds.stream().filter(other -> other == bound).count();
    double lower = below == 0 ? bound / 2 : bounds.get((int) below - 1);
    return below + same == wanted
        ? bound
        : lower * Math.pow(bound / lower, (double) (wanted - below) / same);
  }

  // ---- comparison

  private List<Line> compare(List<Seen> spans, MetricsFunction.Compare compare) {
    Map<List<String>, Map<AttributeValue, double[]>> counts =
        new TreeMap<>(Comparator.comparing(Object::toString));
    for (Seen seen : spans) {
      MetricsFunction.Window window = compare.window();
      boolean isSelected =
          seen.trace.isTrue(compare.selection().condition(), seen.span)
              && (window == null
                  || (seen.span.start() >= window.startNanos()
                      && seen.span.start() < window.endNanos()));
      for (Attribute value : everything(seen)) {
        counts.computeIfAbsent(
                List.of(isSelected ? "selection" : "baseline", value.key()), k -> new HashMap<>())
            .computeIfAbsent(value.value(), k -> new double[buckets])[bucketOf(seen.span)]++;
      }
    }
    List<Line> lines = new ArrayList<>();
    counts.forEach((sideAndKey, values) -> {
      String side = sideAndKey.get(0);
      values.entrySet().stream()
          .sorted(
              Comparator.<Map.Entry<AttributeValue, double[]>>comparingDouble(
                      entry -> -Arrays.stream(entry.getValue()).sum())
                  .thenComparing(entry -> entry.getKey(), PlainMetrics::compareValues))
          .limit(compare.topN())
          .forEach(
              entry -> lines.add(line(side, sideAndKey.get(1), entry.getKey(), entry.getValue())));
      double[] total = new double[buckets];
      values.values().forEach(v -> Arrays.setAll(total, i -> total[i] + v[i]));
      lines.add(line(side + "_total", sideAndKey.get(1), NIL, total));
    });
    return lines;
  }

  private static Line line(String side, String key, AttributeValue value, double[] counts) {
    return new Line(
        Set.of(
            new Attribute("__meta_type", new AttributeValue.StringValue(side)),
            new Attribute(key, value)),
        counts);
  }

  /** By type, then by value; no value comes first. */
  private static int compareValues(AttributeValue a, AttributeValue b) {
    int byType = Integer.compare(order(a), order(b));
    if (byType != 0) {
      return byType;
    }
    return switch (a) {
      case AttributeValue.StringValue text ->
          Arrays.compareUnsigned(
              text.value().getBytes(java.nio.charset.StandardCharsets.UTF_8),
              ((AttributeValue.StringValue) b)
                  .value()
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      case AttributeValue.IntValue number ->
          Long.compare(number.value(), ((AttributeValue.IntValue) b).value());
      case AttributeValue.DoubleValue number ->
          Double.compare(number.value(), ((AttributeValue.DoubleValue) b).value());
      case AttributeValue.BoolValue bool ->
          Boolean.compare(bool.value(), ((AttributeValue.BoolValue) b).value());
      default -> 0;
    };
  }

  private static int order(AttributeValue value) {
    return value.equals(NIL)
        ? 0
        : switch (value) {
          case AttributeValue.StringValue v -> 1;
          case AttributeValue.IntValue v -> 2;
          case AttributeValue.DoubleValue v -> 3;
          default -> 4;
        };
  }

  private static List<Attribute> everything(Seen seen) {
    List<Attribute> all = new ArrayList<>();
    for (String field :
        List.of(
            "name",
            "kind",
            "status",
            "statusMessage",
            "childCount",
            "rootName",
            "rootServiceName",
            "instrumentation:name",
            "instrumentation:version")) {
      Reference reference = (Reference) TraceQl.parseReference(field);
      AttributeValue value = PlainEvaluator.label(seen.trace.first(reference, seen.span));
      if (value != null) {
        all.add(new Attribute(name(reference), value));
      }
    }
    attributes("span", seen.span.span().getAttributesList(), all);
    Set<String> missing = new TreeSet<>(ALWAYS_COUNTED);
    seen.span.span().getAttributesList().forEach(kv -> missing.remove(kv.getKey()));
    missing.forEach(key -> all.add(new Attribute("span." + key, NIL)));
    attributes("resource", seen.span.resource().getAttributesList(), all);
    attributes("instrumentation", seen.span.scope().getAttributesList(), all);
    return all;
  }

  private static void attributes(String scope, List<KeyValue> pairs, List<Attribute> into) {
    for (KeyValue pair : pairs) {
      if (pair.getValue().getValueCase() != AnyValue.ValueCase.VALUE_NOT_SET) {
        AttributeValue value = PlainEvaluator.label(PlainEvaluator.value(pair.getValue()));
        String key = pair.getKey().contains(" ") ? '"' + pair.getKey() + '"' : pair.getKey();
        into.add(new Attribute(scope + "." + key, value == null ? NIL : value));
      }
    }
  }

  // ---- series

  private static List<Line> stage(List<Line> input, MetricsStage stage) {
    List<Line> lines = new ArrayList<>();
    input.forEach(line -> lines.add(new Line(line.labels, line.values.clone())));
    switch (stage) {
      case MetricsStage.TopK top -> keep(lines, top.limit(), Comparator.<Double>reverseOrder());
      case MetricsStage.BottomK bottom ->
          keep(lines, bottom.limit(), Comparator.<Double>naturalOrder());
      case MetricsStage.Threshold threshold -> {
        double limit = number(threshold.value());
        for (Line line : lines) {
          for (int i = 0; i < line.values.length; i++) {
            double value = line.values[i];
            boolean holds =
                switch (threshold.operator()) {
                  case EQUAL -> value == limit;
                  case NOT_EQUAL -> value != limit;
                  case LESS -> value < limit;
                  case LESS_OR_EQUAL -> value <= limit;
                  case GREATER -> value > limit;
                  default -> value >= limit;
                };
            if (!holds) {
              line.values[i] = Double.NaN;
            }
          }
        }
      }
    }
    lines.removeIf(line -> !line.hasValue());
    return lines;
  }

  private static void keep(List<Line> lines, int limit, Comparator<Double> order) {
    int count = lines.isEmpty() ? 0 : lines.get(0).values.length;
    for (int bucket = 0; bucket < count; bucket++) {
      int at = bucket;
      List<Line> sorted = new ArrayList<>(lines);
      sorted.removeIf(line -> !Double.isFinite(line.values[at]));
      // 0.0 and -0.0 are the same number.
      sorted.sort(
          Comparator.<Line, Double>comparing(line -> line.values[at] + 0.0, order)
              .thenComparing(line -> key(line.labels)));
      List<Line> kept = sorted.subList(0, Math.min(limit, sorted.size()));
      for (Line line : lines) {
        if (kept.stream().noneMatch(other -> other == line)) {
          line.values[bucket] = Double.NaN;
        }
      }
    }
  }

  /** The order of series: by the names of their labels, then by text, then by type. */
  private static String key(Set<Attribute> labels) {
    return labels.stream()
        .sorted(Comparator.comparing(Attribute::key))
        .map(label ->
            label.key()
                + '\u0001'
                + switch (label.value()) {
                  case AttributeValue.StringValue v -> v.value() + "\u0001s";
                  case AttributeValue.IntValue v -> v.value() + "\u0001i";
                  case AttributeValue.DoubleValue v -> v.value() + "\u0001d";
                  case AttributeValue.BoolValue v -> v.value() + "\u0001b";
                  default -> throw new AssertionError(label);
                }
                + '\u0002')
        .collect(java.util.stream.Collectors.joining());
  }

  private static double number(LiteralValue value) {
    return switch (value) {
      case LiteralValue.IntValue v -> v.value();
      case LiteralValue.FloatValue v -> v.value();
      case LiteralValue.DurationValue v -> v.nanos() / 1e9;
      default -> throw new AssertionError(value);
    };
  }

  private List<Line> arithmetic(MetricsExpression.Arithmetic sum) {
    if (sum.left() instanceof MetricsExpression.Constant constant) {
      return mapped(
          evaluate(sum.right()), v -> calculate(sum.operator(), number(constant.value()), v));
    }
    if (sum.right() instanceof MetricsExpression.Constant constant) {
      return mapped(
          evaluate(sum.left()), v -> calculate(sum.operator(), v, number(constant.value())));
    }
    List<Line> left = evaluate(sum.left());
    List<Line> right = evaluate(sum.right());
    boolean isRightBare = right.stream().anyMatch(line -> line.labelsWithoutName().isEmpty());
    List<Line> lines = new ArrayList<>();
    for (Line one : isRightBare ? left : right) {
      Line l = match(left, one);
      Line r = match(right, one);
      if (l != null && r != null) {
        double[] values = new double[l.values.length];
        Arrays.setAll(
            values,
            i ->
                calculate(
                    sum.operator(),
                    Double.isNaN(l.values[i]) ? 0 : l.values[i],
                    Double.isNaN(r.values[i]) ? 0 : r.values[i]));
        lines.add(new Line(joined(sum.operator(), l, r), values));
      }
    }
    return lines;
  }

  private static List<Line> mapped(List<Line> input, Function<Double, Double> calculation) {
    return input.stream()
        .map(line ->
            new Line(line.labels, Arrays.stream(line.values).map(calculation::apply).toArray()))
        .toList();
  }

  private static Line match(List<Line> lines, Line wanted) {
    return lines.stream()
        .filter(line -> line.labelsWithoutName().equals(wanted.labelsWithoutName()))
        .findFirst()
        .orElse(
            lines.stream()
                .filter(line -> line.labelsWithoutName().isEmpty())
                .findFirst()
                .orElse(null));
  }

  private static Set<Attribute> joined(ArithmeticOperator operator, Line l, Line r) {
    Set<Attribute> labels = new LinkedHashSet<>(l.labelsWithoutName());
    labels.addAll(r.labelsWithoutName());
    String left = name(l);
    String right = name(r);
    if (left != null && right != null) {
      String name = "(" + left + " " + operator.symbol() + " " + right + ")";
      labels.add(new Attribute("__name__", new AttributeValue.StringValue(name)));
    }
    return labels;
  }

  private static String name(Line line) {
    return line.labels.stream()
        .filter(label -> label.key().equals("__name__"))
        .map(label -> ((AttributeValue.StringValue) label.value()).value())
        .findFirst()
        .orElse(null);
  }

  private static double calculate(ArithmeticOperator operator, double a, double b) {
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MODULO -> a % b;
      case POWER -> Math.pow(a, b);
    };
  }
}
