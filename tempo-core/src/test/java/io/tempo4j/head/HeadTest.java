package io.tempo4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.testkit.Spans;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a head makes of spans that are not a proper tree, and what its readers see. */
class HeadTest {

  private static final TraceId TRACE = new TraceId(1, 2);
  private static final int SERVER = 2;
  private static final int CLIENT = 3;

  private final Head head = new Head("test", 1000);

  private void append(Span.Builder... spans) throws Exception {
    List<Span> built = new ArrayList<>();
    for (Span.Builder span : spans) {
      built.add(span.build());
    }
    append(Spans.request("service", built));
  }

  private void append(ExportTraceServiceRequest request) throws Exception {
    byte[] bytes = request.toByteArray();
    head.append(bytes, 0, bytes.length);
  }

  private long[] ids() throws Exception {
    LongColumn ids = (LongColumn) read(Fields.SPAN_ID);
    return java.util.Arrays.copyOf(ids.values(), ids.size());
  }

  private int[] depths() throws Exception {
    IntColumn depths = (IntColumn) read(Fields.SPAN_DEPTH);
    return java.util.Arrays.copyOf(depths.values(), depths.size());
  }

  private Column read(ColumnKey key) throws Exception {
    SpanSource view = head.view();
    assertThat(view.rowGroups()).hasSize(1);
    Column column = view.rowGroups().get(0).table(key.table()).read(key);
    assertThat(column).isNotNull();
    return column;
  }

  private static Span.Builder at(Span.Builder span, long start) {
    return span.setStartTimeUnixNano(start).setEndTimeUnixNano(start + 10);
  }

  @Test
  void ordersSpansInPreOrderWithChildrenByStart() throws Exception {
    append(
        at(Spans.span(TRACE, 5, 3), 30),
        at(Spans.span(TRACE, 4, 1), 20),
        at(Spans.span(TRACE, 3, 1), 10),
        at(Spans.span(TRACE, 1, 0), 0));
    assertThat(ids()).containsExactly(1, 3, 5, 4);
    assertThat(depths()).containsExactly(0, 1, 2, 1);
    assertThat(head.view().rowGroups().get(0).parentRows()).containsExactly(-1, 0, 1, 0);
  }

  @Test
  void putsRootsBeforeSpansWhoseParentIsMissing() throws Exception {
    append(at(Spans.span(TRACE, 7, 99), 0), at(Spans.span(TRACE, 1, 0), 50));
    assertThat(ids()).containsExactly(1, 7);
    assertThat(depths()).containsExactly(0, 0);
    LongColumn parents = (LongColumn) read(Fields.SPAN_PARENT_ID);
    assertThat(java.util.Arrays.copyOf(parents.values(), parents.size())).containsExactly(0, 99);
  }

  @Test
  void cutsACycleOfParentsAtItsEarliestSpan() throws Exception {
    append(
        at(Spans.span(TRACE, 1, 3), 10),
        at(Spans.span(TRACE, 2, 1), 20),
        at(Spans.span(TRACE, 3, 2), 30));
    assertThat(ids()).containsExactly(1, 2, 3);
    assertThat(depths()).containsExactly(0, 1, 2);
    LongColumn parents = (LongColumn) read(Fields.SPAN_PARENT_ID);
    assertThat(parents.values()[0]).isEqualTo(3);
  }

  @Test
  void treatsASpanThatIsItsOwnParentAsTopOfItsTree() throws Exception {
    append(at(Spans.span(TRACE, 1, 1), 0), at(Spans.span(TRACE, 2, 1), 1));
    assertThat(ids()).containsExactly(1, 2);
    assertThat(depths()).containsExactly(0, 1);
  }

  @Test
  void keepsOneOfEqualSpansAndAllThatDifferInAnything() throws Exception {
    append(
        at(Spans.span(TRACE, 1, 0).setKindValue(CLIENT), 0),
        at(Spans.span(TRACE, 1, 0).setKindValue(CLIENT), 0),
        at(Spans.span(TRACE, 1, 0).setKindValue(CLIENT), 5),
        at(Spans.span(TRACE, 1, 0).setKindValue(SERVER), 2),
        at(Spans.span(TRACE, 8, 1), 3));
    append(at(Spans.span(TRACE, 1, 0).setKindValue(CLIENT), 0));
    assertThat(ids()).containsExactly(1, 1, 8, 1);
    // the child of an id that spans share belongs to the server's half
    assertThat(head.view().rowGroups().get(0).parentRows()).containsExactly(-1, -1, 1, -1);
  }

  @Test
  void keepsSpansOfTwoMillenniaAndOfNoTime() throws Exception {
    append(
        at(Spans.span(TRACE, 1, 0), Long.MIN_VALUE),
        Spans.span(TRACE, 2, 1).setStartTimeUnixNano(0).setEndTimeUnixNano(0));
    assertThat(ids()).containsExactly(1, 2);
    assertThat(head.view().minStartNanos()).isZero();
    assertThat(head.view().maxEndNanos()).isEqualTo(Long.MIN_VALUE + 10);
  }

  @Test
  void takesAChainOfTwoHundredThousandSpansInOneTrace() throws Exception {
    int count = 200_000;
    List<Span> spans = new ArrayList<>(count);
    for (int i = count; i >= 1; i--) {
      spans.add(at(Spans.span(TRACE, i, i - 1), i).build());
    }
    append(Spans.request("deep", spans));
    int[] depths = depths();
    assertThat(depths).hasSize(count);
    assertThat(depths[count - 1]).isEqualTo(count - 1);
    int[] parents = head.view().rowGroups().get(0).parentRows();
    assertThat(parents[count - 1]).isEqualTo(count - 2);
  }

  @Test
  void boundsColumnsWhenKeysNeverRepeatAndKeepsEveryValue() throws Exception {
    int keys = 50_000;
    for (int from = 0; from < keys; from += 500) {
      Span.Builder span = Spans.span(new TraceId(1, from + 1), from + 1, 0);
      for (int key = from; key < from + 500; key++) {
        span.addAttributes(Spans.number("key-" + key, key));
      }
      append(span);
    }
    RowGroup group = head.view().rowGroups().get(0);
    long columns = group.table(Table.SPAN).keys().stream().filter(ColumnKey::isAttribute).count();
    assertThat(columns).isEqualTo(Shapes.MAX_COLUMNS);
    long inColumns = 0;
    for (ColumnKey key : group.table(Table.SPAN).keys()) {
      if (key.isAttribute()) {
        inColumns += group.table(Table.SPAN).read(key).size();
      }
    }
    long inOverflow = 0;
    var overflow =
        (io.tempo4j.column.StringColumn) group.table(Table.SPAN).read(Fields.overflow(Table.SPAN));
    for (int i = 0; i < overflow.size(); i++) {
      var bytes = overflow.dictionary();
      int from = bytes.offset(overflow.code(i));
      inOverflow +=
          io.tempo4j.otlp.AnyValueReader.keyValueList(
                  bytes.bytes(overflow.code(i)), from, from + bytes.length(overflow.code(i)))
              .size();
    }
    assertThat(inColumns + inOverflow).isEqualTo(keys);
  }

  @Test
  void keepsTheLastValueOfARepeatedKey() throws Exception {
    append(
        Spans.span(TRACE, 1, 0)
            .addAttributes(Spans.number("k", 1))
            .addAttributes(Spans.number("l", 5))
            .addAttributes(Spans.number("k", 2)));
    LongColumn last = (LongColumn) read(ColumnKey.attribute(Table.SPAN, "k", ValueType.INT));
    assertThat(last.values()[0]).isEqualTo(2);
    assertThat(last.size()).isEqualTo(1);
    assertThat(head.view().rowGroups().get(0).table(Table.SPAN).zone(Fields.overflow(Table.SPAN)))
        .isNull();
  }

  @Test
  void showsReadersAnUnchangingPrefixWhileSpansAreAppended() throws Exception {
    Random random = new Random(42);
    List<SpanSource> views = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      append(
          Spans.span(new TraceId(9, 1 + random.nextInt(50)), i, 0)
              .addAttributes(Spans.text("k" + i % 7, "v" + i)));
      if (i % 40 == 0) {
        views.add(head.view());
        sizes.add(i);
      }
    }
    for (int i = 0; i < views.size(); i++) {
      int spans = views.get(i).rowGroups().stream().mapToInt(RowGroup::spanCount).sum();
      assertThat(spans).isEqualTo(sizes.get(i));
    }
  }

  /** What came before the fault may have been a resource and a scope of its own. */
  @Test
  void aMalformedRequestLeavesNeitherSpanNorResourceNorScope() throws Exception {
    byte[] other = Spans.request("other", List.of(Spans.span(TRACE, 9, 0).build())).toByteArray();
    byte[] truncated = java.util.Arrays.copyOf(other, other.length + 2);
    truncated[other.length] = 10;
    truncated[other.length + 1] = 100;
    append(Spans.span(TRACE, 1, 0));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() -> head.append(truncated, 0, truncated.length))
          .isInstanceOf(MalformedOtlpException.class);
      append(Spans.span(TRACE, 2 + attempt, 0));
    }
    assertThat(ids()).containsExactly(1, 2, 3, 4);
    assertThat(head.view().table(Table.RESOURCE).rowCount()).isEqualTo(1);
    assertThat(head.view().table(Table.SCOPE).rowCount()).isEqualTo(1);

    head.append(other, 0, other.length);
    assertThat(head.view().table(Table.RESOURCE).rowCount()).isEqualTo(2);
  }
}
