package io.tempo4j.query.pipeline;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.Comparisons;
import io.tempo4j.query.scan.FieldValues;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.RowEvaluator;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.StaticType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a plan for single traces of one row group, each of which lies there as a whole.
 *
 * <p>Filters are evaluated when a trace first needs them, then over the columns of the whole row
 * group. Not thread-safe.
 */
public final class TraceEvaluator {

  private static final AttributeValue NIL = new AttributeValue.StringValue("nil");

  private final PipelinePlan plan;
  private final GroupView group;
  private final @Nullable Selection anchored;
  private final @Nullable Selection among;
  private final QueryContext context;
  private final FilterEvaluator filters;
  private final RowEvaluator rows;
  private final @Nullable Selection[] selections;
  private @Nullable Relations relations;

  /** Values of pipelines of their own: the same for all spansets of the trace. */
  private final Map<Stage.Scalar.OfStages, @Nullable Value> inners = new IdentityHashMap<>();

  private int from;
  private int to;
  private boolean isOpen;

  /**
   * Prepares for a row group; reads nothing yet.
   *
   * @param anchored the spans for which the plan's anchor holds; null if that is not known
   * @param among all spans of the traces that will be asked for; null if that is not known
   */
  public TraceEvaluator(
      PipelinePlan plan,
      GroupView group,
      @Nullable Selection anchored,
      @Nullable Selection among,
      QueryContext context) {
    this.plan = plan;
    this.group = group;
    this.anchored = anchored;
    this.among = among;
    this.context = context;
    filters = new FilterEvaluator(group);
    rows = new RowEvaluator(new FieldValues(group));
    selections = new @Nullable Selection[plan.filters().size()];
  }

  /** The spansets that the pipeline gives for the trace; none if it is no result. */
  public List<Spanset> evaluate(int traceRow) throws IOException {
    int[] offsets = group.traceOffsets();
    from = offsets[traceRow];
    to = offsets[traceRow + 1];
    isOpen = false;
    inners.clear();
    return run(plan.stages(), null);
  }

  /** Adds the spans of all spansets that the pipeline gives for the trace. */
  public void select(int traceRow, Selection into) throws IOException {
    for (Spanset spanset : evaluate(traceRow)) {
      spanset.rows().addTo(into);
    }
  }

  /** The spans that filter {@code index} of the plan selects, among those that matter. */
  Selection filter(int index) throws IOException {
    Selection known = selections[index];
    if (known == null) {
      Predicate predicate = plan.filters().get(index);
      if (anchored != null && predicate.equals(plan.anchor())) {
        selections[index] = anchored;
        return anchored;
      }
      int spanCount = group.spans().rowCount();
      known =
          switch (new FilterPruner(group).decide(predicate)) {
            case NEVER -> Selection.none(spanCount);
            case ALWAYS -> Selection.all(spanCount);
            case MAYBE -> filters.evaluate(predicate, among);
          };
      selections[index] = known;
    }
    return known;
  }

  // ---- stages

  /** Runs stages on one spanset, or on all spans of the trace if it is null. */
  private List<Spanset> run(List<Stage> stages, @Nullable Spanset first) throws IOException {
    List<Spanset> spansets = List.of();
    boolean isFirst = true;
    for (Stage stage : stages) {
      if (isFirst) {
        spansets = run(stage, first);
        isFirst = false;
      } else if (stage instanceof Stage.Coalesce) {
        spansets = List.of(Spanset.joined(spansets));
      } else if (spansets.size() == 1) {
        spansets = run(stage, spansets.get(0));
      } else {
        context.check();
        List<Spanset> next = new ArrayList<>();
        for (Spanset spanset : spansets) {
          next.addAll(run(stage, spanset));
        }
        spansets = next;
      }
      if (spansets.isEmpty()) {
        return spansets;
      }
    }
    return spansets;
  }

  private List<Spanset> run(Stage stage, @Nullable Spanset input) throws IOException {
    return switch (stage) {
      case Stage.Spans spans -> {
        RowSet selected = select(spans.node(), input == null ? null : input.rows());
        if (selected.isEmpty()) {
          yield List.of();
        }
        yield List.of(input == null ? new Spanset(selected, List.of()) : input.withRows(selected));
      }
      case Stage.Each each -> run(each.stages(), input);
      case Stage.Compare compare -> compare(compare, materialised(input));
      case Stage.GroupBy groupBy -> group(groupBy, materialised(input));
      case Stage.Coalesce coalesce -> List.of(materialised(input));
    };
  }

  private Spanset materialised(@Nullable Spanset input) {
    return input == null ? new Spanset(RowSet.range(from, to), List.of()) : input;
  }

  private List<Spanset> group(Stage.GroupBy stage, Spanset input) throws IOException {
    Map<AttributeValue, RowSet.Builder> groups = new LinkedHashMap<>();
    StaticType type = stage.expression().type();
    for (int i = 0; i < input.size(); i++) {
      int row = input.row(i);
      groups
          .computeIfAbsent(
              shown(rows.value(stage.expression(), row), type), key -> new RowSet.Builder(8))
          .add(row);
    }
    List<Spanset> spansets = new ArrayList<>(groups.size());
    groups.forEach(
        (key, members) -> spansets.add(input.withRows(members.build()).with(stage.label(), key)));
    return spansets;
  }

  /** The value as results show it; the absence of one is the word {@code nil}, as in Tempo. */
  private static AttributeValue shown(@Nullable Value value, StaticType type) {
    return value == null ? NIL : value.toAttribute(type);
  }

  private List<Spanset> compare(Stage.Compare stage, Spanset input) throws IOException {
    List<Attribute> attached = new ArrayList<>();
    Value left = scalar(stage.left(), input.rows(), attached);
    Value right = scalar(stage.right(), input.rows(), attached);
    if (left == null || right == null || !Comparisons.test(stage.operator(), left, right)) {
      return List.of();
    }
    Spanset kept = input;
    if (!stage.sources().isEmpty()) {
      List<Spanset> selected = new ArrayList<>();
      for (List<Stage> source : stage.sources()) {
        selected.addAll(run(source, null));
      }
      RowSet own = Spanset.rowsOf(selected);
      if (own.isEmpty()) {
        return List.of();
      }
      kept = input.withRows(own);
    }
    for (Attribute attribute : attached) {
      kept = kept.with(attribute.key(), attribute.value());
    }
    return List.of(kept);
  }

  /**
   * The value for spans {@code of}; null if there is none.
   *
   * @param attached takes the values of aggregates; null if they belong to other spans
   */
  private @Nullable Value scalar(Stage.Scalar scalar, RowSet of, @Nullable List<Attribute> attached)
      throws IOException {
    return switch (scalar) {
      case Stage.Scalar.Constant constant -> constant.value();
      case Stage.Scalar.Aggregate aggregate -> {
        Value value = Aggregates.of(aggregate.function(), aggregate.argument(), of, rows);
        if (value != null && attached != null) {
          attached.add(new Attribute(aggregate.label(), value.toAttribute(aggregate.type())));
        }
        yield value;
      }
      case Stage.Scalar.Arithmetic arithmetic ->
          RowEvaluator.calculate(
              arithmetic.operator(),
              scalar(arithmetic.left(), of, attached),
              scalar(arithmetic.right(), of, attached));
      case Stage.Scalar.OfStages inner ->
          inners.containsKey(inner) ? inners.get(inner) : inner(inner);
    };
  }

  private @Nullable Value inner(Stage.Scalar.OfStages inner) throws IOException {
    Value value = scalar(inner.value(), Spanset.rowsOf(run(inner.stages(), null)), null);
    inners.put(inner, value);
    return value;
  }

  // ---- spans

  /** The spans that {@code node} selects of {@code input}, or of the whole trace if it is null. */
  private RowSet select(Stage.Node node, @Nullable RowSet input) throws IOException {
    return switch (node) {
      case Stage.Node.Filter filter ->
          input == null
              ? RowSet.of(filter(filter.index()), from, to)
              : input.retain(filter(filter.index()));
      case Stage.Node.Both both -> {
        RowSet left = select(both.left(), input);
        RowSet right = left.isEmpty() ? RowSet.EMPTY : select(both.right(), input);
        yield right.isEmpty() ? RowSet.EMPTY : left.union(right);
      }
      case Stage.Node.Either either ->
          select(either.left(), input).union(select(either.right(), input));
      case Stage.Node.Structural structural -> {
        RowSet right = select(structural.right(), input);
        yield right.isEmpty()
            ? RowSet.EMPTY
            : relations()
                .related(
                    structural.relation(),
                    structural.form(),
                    select(structural.left(), input),
                    right);
      }
      case Stage.Node.Nested nested ->
          Spanset.rowsOf(
              run(nested.stages(), input == null ? null : new Spanset(input, List.of())));
    };
  }

  private Relations relations() throws IOException {
    Relations known = relations;
    if (known == null) {
      known = new Relations(group);
      relations = known;
    }
    if (!isOpen) {
      known.open(from, to);
      isOpen = true;
    }
    return known;
  }
}
