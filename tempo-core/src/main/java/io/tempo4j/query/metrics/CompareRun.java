package io.tempo4j.query.metrics;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Fields;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.model.Attribute;
import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.metrics.Cells.Kind;
import io.tempo4j.query.scan.FieldScopes;
import io.tempo4j.query.scan.FilterBinder;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TableView;
import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the values of all attributes of spans, of those that a comparison selects and of the
 * others. Attributes of resources and scopes are counted once per resource or scope, weighted by
 * the spans that have it. Not thread-safe.
 */
final class CompareRun implements RowGroupSink {

  /** What is compared beside attributes. */
  static final List<FieldExpression.IntrinsicField> FIELDS =
      Stream.of(
              Intrinsic.SPAN_NAME,
              Intrinsic.SPAN_KIND,
              Intrinsic.SPAN_STATUS,
              Intrinsic.SPAN_STATUS_MESSAGE,
              Intrinsic.SPAN_CHILD_COUNT,
              Intrinsic.TRACE_ROOT_NAME,
              Intrinsic.TRACE_ROOT_SERVICE,
              Intrinsic.INSTRUMENTATION_NAME,
              Intrinsic.INSTRUMENTATION_VERSION)
          .map(intrinsic -> new FieldExpression.IntrinsicField(intrinsic, Position.NONE))
          .toList();

  /**
   * Attributes that Tempo has columns of their own for in every block; a span without one counts
   * there as one with the value nil, so it does here.
   */
  private static final Set<String> ALWAYS_COUNTED =
      new TreeSet<>(
          List.of(
              "http.method",
              "http.request.method",
              "http.response.status_code",
              "http.route",
              "http.status_code",
              "http.url",
              "server.address",
              "server.port",
              "url.path",
              "url.route"));

  private static final int ABSENT = -1;

  private final Predicate selection;
  private final MetricsFunction.@Nullable Window window;
  private final Sampling sampling;
  private final SpanWeights weights;
  private final TimeAxis axis;
  private final SeriesPartial partial;
  private final QueryMemory memory;
  private final CompareGroups groups;
  private final FieldCodes fields;
  private final ColumnCodes columns;
  private final Batch batch = new Batch();
  private final Map<FieldExpression.Reference, Integer> labels = new HashMap<>();
  private int[] sides = new int[0];
  private int[] codes = new int[0];

  /** What an attribute without a column takes until it is counted, or a value of an owner. */
  private static final long NOTE_BYTES = 96;

  /**
   * A run that counts into {@code partial}.
   *
   * @param memory whence the bytes are taken that it needs meanwhile
   */
  CompareRun(
      MetricsFunction.Compare compare,
      Sampling sampling,
      TimeAxis axis,
      SeriesPartial partial,
      QueryMemory memory) {
    this.memory = memory;
    this.selection = FilterBinder.bind(compare.selection().condition());
    this.window = compare.window();
    this.sampling = sampling;
    weights = new SpanWeights(sampling);
    this.axis = axis;
    this.partial = partial;
    groups = new CompareGroups(partial.groups());
    fields = new FieldCodes(partial.values());
    columns = new ColumnCodes(partial.values());
  }

  @Override
  public int take(GroupView group, @Nullable Selection selected) throws IOException {
    long[] starts = group.spans().longs(Fields.SPAN_START);
    batch.fill(starts, group.spans().rowCount(), selected, axis);
    int taken = batch.count();
    if (taken == 0) {
      return 0;
    }
    if (sides.length < batch.count()) {
      sides = new int[group.spans().rowCount()];
      codes = new int[sides.length];
    }
    sampling.apply(group, batch, codes);
    weights.fill(group, batch);
    findSides(group, starts);
    for (FieldExpression.IntrinsicField field : FIELDS) {
      fields.codes(group, field, batch, codes);
      count(field, ABSENT);
      if (field.intrinsic() == Intrinsic.SPAN_NAME) {
        ExemplarOffers.offer(partial.exemplars(), group, batch, new Offered(label(field)));
      }
    }
    spanAttributes(group);
    ownerAttributes(group, Table.RESOURCE, AttributeScope.RESOURCE);
    ownerAttributes(group, Table.SCOPE, AttributeScope.INSTRUMENTATION);
    return taken;
  }

  private void findSides(GroupView group, long[] starts) throws IOException {
    Selection inside = new FilterEvaluator(group).evaluate(selection);
    int[] rows = batch.rows();
    for (int i = 0, count = batch.count(); i < count; i++) {
      int row = rows[i];
      boolean isSelected =
          inside.contains(row)
              && (window == null
                  || (starts[row] >= window.startNanos() && starts[row] < window.endNanos()));
      sides[i] = isSelected ? CompareGroups.SELECTION : CompareGroups.BASELINE;
    }
  }

  /** Counts the spans of the batch by {@link #codes}, but those whose code is {@code absent}. */
  private void count(FieldExpression.Reference field, int absent) {
    int label = label(field);
    int[] prefixes = {ABSENT, ABSENT};
    int[] buckets = batch.buckets();
    int lastValue = ABSENT;
    int lastSide = ABSENT;
    int group = ABSENT;
    for (int i = 0, count = batch.count(); i < count; i++) {
      int value = codes[i];
      if (value == absent) {
        continue;
      }
      if (value != lastValue || sides[i] != lastSide) {
        lastValue = value;
        lastSide = sides[i];
        if (prefixes[lastSide] == ABSENT) {
          prefixes[lastSide] = groups.prefix(lastSide, label);
        }
        group = groups.group(prefixes[lastSide], value);
        partial.cells().ensureGroups(group + 1);
      }
      partial.cells().add(group, buckets[i], weights.of(i));
    }
  }

  /** The spans of the batch as exemplars of their names, which all of them have. */
  private final class Offered implements ExemplarOffers.Spans {
    private final int label;

    Offered(int label) {
      this.label = label;
    }

    @Override
    public int group(int i) {
      return groups.group(groups.prefix(sides[i], label), codes[i]);
    }

    @Override
    public boolean mayStand(int i) {
      return true;
    }

    @Override
    public double value(int i) {
      return Double.NaN;
    }
  }

  private int label(FieldExpression.Reference field) {
    return labels.computeIfAbsent(field, f -> partial.values().text(LeafSeries.name(f)));
  }

  // ---- spans

  private void spanAttributes(GroupView group) throws IOException {
    TableView spans = group.spans();
    Map<String, List<ValueType>> types = new TreeMap<>();
    ALWAYS_COUNTED.forEach(key -> types.put(key, new ArrayList<>()));
    for (ColumnKey key : spans.keys()) {
      if (key.isAttribute() && !key.name().isEmpty()) {
        types.computeIfAbsent(key.name(), k -> new ArrayList<>()).add(key.type());
      }
    }
    CountedMemory notes = new CountedMemory(memory);
    Map<String, List<Extra>> extras = extras(spans, notes);
    extras.keySet().forEach(key -> types.putIfAbsent(key, List.of()));
    for (Map.Entry<String, List<ValueType>> attribute : types.entrySet()) {
      String key = attribute.getKey();
      boolean isAlwaysCounted = ALWAYS_COUNTED.contains(key);
      FieldExpression.Reference field =
          new FieldExpression.Attribute(AttributeScope.SPAN, key, Position.NONE);
      Arrays.fill(codes, 0, batch.count(), ABSENT);
      for (ValueType type : attribute.getValue()) {
        column(
            spans.columnOfFew(
                ColumnKey.attribute(Table.SPAN, key, type), batch.rows(), batch.count()),
            type);
      }
      spans.letGoOfFew();
      for (Extra extra : extras.getOrDefault(key, List.of())) {
        if (codes[extra.index] == ABSENT) {
          codes[extra.index] = extra.value;
        } else {
          count(field, extra);
        }
      }
      if (isAlwaysCounted) {
        for (int i = 0, count = batch.count(); i < count; i++) {
          codes[i] = codes[i] == ABSENT ? ValuePool.NIL : codes[i];
        }
      }
      count(field, ABSENT);
    }
    notes.release();
  }

  private void column(@Nullable Column column, ValueType type) throws IOException {
    if (column instanceof StringColumn any && type == ValueType.ANY) {
      anyValues(any);
    } else if (column != null) {
      columns.codes(column, batch, codes);
    }
  }

  /** Reads the values of spans alone: a head's dictionary has the texts of all columns. */
  private void anyValues(StringColumn column) throws IOException {
    int[] used = new int[batch.count()];
    Arrays.fill(used, ABSENT);
    ColumnPairs.forEach(column, batch, (i, index) -> used[i] = column.code(index));
    Map<Integer, Boolean> isEmpty = new HashMap<>();
    for (int i = 0; i < used.length; i++) {
      if (used[i] != ABSENT) {
        Boolean verdict = isEmpty.get(used[i]);
        if (verdict == null) {
          verdict = TableView.anyValue(column.dictionary(), used[i]) == null;
          isEmpty.put(used[i], verdict);
        }
        codes[i] = verdict ? ABSENT : ValuePool.NIL;
      }
    }
  }

  /** An attribute that has no column, of span {@code index} of the batch. */
  private record Extra(int index, int value) {}

  private void count(FieldExpression.Reference field, Extra extra) {
    int side = sides[extra.index];
    int group = groups.group(groups.prefix(side, label(field)), extra.value);
    partial.cells().ensureGroups(group + 1);
    partial.cells().add(group, batch.buckets()[extra.index], weights.of(extra.index));
  }

  private Map<String, List<Extra>> extras(TableView spans, QueryMemory notes) throws IOException {
    StringColumn overflow = spans.overflow();
    Map<String, List<Extra>> extras = new HashMap<>();
    if (overflow == null) {
      return extras;
    }
    for (int i = 0; i < batch.count(); i++) {
      int index = overflow.indexOf(batch.rows()[i]);
      if (index >= 0) {
        for (Attribute pair : pairs(overflow, index)) {
          Value value = Value.of(pair.value());
          if (value != null && !pair.key().isEmpty()) {
            notes.take(NOTE_BYTES);
            extras
                .computeIfAbsent(pair.key(), k -> new ArrayList<>())
                .add(new Extra(i, partial.values().numberOf(value)));
          }
        }
      }
    }
    return extras;
  }

  private static List<Attribute> pairs(StringColumn overflow, int index) throws IOException {
    Dictionary dictionary = overflow.dictionary();
    int code = overflow.code(index);
    int from = dictionary.offset(code);
    int to = from + dictionary.length(code);
    return AnyValueReader.keyValueList(dictionary.bytes(code), from, to);
  }

  // ---- resources and scopes

  private void ownerAttributes(GroupView group, Table table, AttributeScope scope)
      throws IOException {
    TableView owners = group.table(table);
    Set<String> keys = keys(owners);
    if (keys.isEmpty()) {
      return;
    }
    CountedMemory counts = new CountedMemory(memory);
    Cells spansOf =
        spansOf(group.spans().ints(FieldScopes.ownerField(table)), owners.rowCount(), counts);
    Cells cells = partial.cells();
    for (String key : keys) {
      FieldExpression.Reference field = new FieldExpression.Attribute(scope, key, Position.NONE);
      CountedMemory notes = new CountedMemory(memory);
      List<List<Value>> values = new ArrayList<>();
      for (int row = 0; row < owners.rowCount(); row++) {
        List<Value> ofRow = owners.attributeValues(key, row);
        notes.take(NOTE_BYTES + bytesOf(ofRow));
        values.add(ofRow);
      }
      spansOf.forEach((ownerAndSide, bucket, count, second, third) -> {
        for (Value value : values.get(ownerAndSide >> 1)) {
          int prefix = groups.prefix(ownerAndSide & 1, label(field));
          int target = groups.group(prefix, partial.values().numberOf(value));
          cells.ensureGroups(target + 1);
          cells.add(target, bucket, count);
        }
      });
      notes.release();
    }
    counts.release();
  }

  private static long bytesOf(List<Value> values) {
    long bytes = 0;
    for (Value value : values) {
      bytes += value instanceof Value.Text text ? text.utf8().length : Long.BYTES;
    }
    return bytes;
  }

  /** Adds up spans per owner and side; group {@code 2 * owner + side}. */
  private Cells spansOf(int[] owners, int ownerCount, QueryMemory from) {
    Cells counts = new Cells(Kind.COUNT, axis.bucketCount(), from);
    counts.ensureGroups(2 * ownerCount);
    int[] rows = batch.rows();
    for (int i = 0, count = batch.count(); i < count; i++) {
      counts.add(2 * owners[rows[i]] + sides[i], batch.buckets()[i], weights.of(i));
    }
    return counts;
  }

  private static Set<String> keys(TableView owners) throws IOException {
    Set<String> keys = new TreeSet<>();
    for (ColumnKey key : owners.keys()) {
      if (key.isAttribute()) {
        keys.add(key.name());
      }
    }
    StringColumn overflow = owners.overflow();
    if (overflow != null) {
      for (int i = 0; i < overflow.size(); i++) {
        pairs(overflow, i).forEach(pair -> keys.add(pair.key()));
      }
    }
    keys.remove("");
    return keys;
  }
}
