package io.tempo4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.testkit.Spans;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A head takes its bytes from a lease before it allocates them. */
class HeadRoomTest {

  private final ByteBudget budget = ByteBudget.of("heads", 1 << 20);
  private final ByteLease lease = budget.lease();
  private final Head head = new Head("test", 1000, lease);

  private static byte[] request(int from, int spans) {
    List<Span> all = new ArrayList<>();
    for (int i = from; i < from + spans; i++) {
      all.add(
          Spans.span(new TraceId(1, i / 10 + 1), i + 1, 0)
              .addAttributes(Spans.text("key." + i % 7, "a value of some length, " + i))
              .build());
    }
    return Spans.request("service", all).toByteArray();
  }

  private Head.Appended append(byte[] bytes) throws Exception {
    return head.append(bytes, 0, bytes.length);
  }

  @Test
  void holdsOfItsLeaseWhatItHasOnTheHeap() throws Exception {
    for (int i = 0; i < 10; i++) {
      append(request(100 * i, 100));
      assertThat(lease.bytes()).isEqualTo(head.heapBytes());
    }
    lease.close();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void refusesWholeWhatDoesNotFitAndTakesWhatDoes() throws Exception {
    append(request(0, 10));
    byte[] large = request(10, 20_000);
    assertThatThrownBy(() -> append(large))
        .isInstanceOf(HeadFullException.class)
        .hasMessageContaining("budget for heads");
    assertThat(head.spanCount()).isEqualTo(10);
    assertThat(lease.bytes()).isEqualTo(head.heapBytes());
    append(request(10, 10));
    assertThat(head.spanCount()).isEqualTo(20);
    assertThat(head.view().rowGroups().get(0).spanCount()).isEqualTo(20);
  }

  @Test
  void aRefusedRequestLeavesNothingOfItsBytesBehind() throws Exception {
    append(request(0, 2000));
    byte[] large = request(2000, 20_000);
    assertThatThrownBy(() -> append(large)).isInstanceOf(HeadFullException.class);
    long held = head.heapBytes();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> append(large)).isInstanceOf(HeadFullException.class);
      assertThat(head.heapBytes()).isEqualTo(held);
    }
    append(request(2000, 100));
    assertThat(head.spanCount()).isEqualTo(2100);
    assertThat(head.view().rowGroups().stream().mapToInt(RowGroup::spanCount).sum())
        .isEqualTo(2100);
  }

  @Test
  void aMalformedRequestLeavesNothingOfItsBytesBehind() throws Exception {
    append(request(0, 100));
    long held = head.heapBytes();
    byte[] whole = request(100, 3000);
    assertThatThrownBy(() -> head.append(whole, 0, whole.length - 1))
        .isInstanceOf(MalformedOtlpException.class);
    assertThat(head.heapBytes() - held).isLessThan(64 << 10);
    append(whole);
    assertThat(head.spanCount()).isEqualTo(3100);
  }

  @Test
  void aViewIsCountedWhileItIsTheHeadsAndKeepsOnlyWhatThereIsRoomFor() throws Exception {
    append(request(0, 500));
    long held = head.heapBytes();
    assertThat(head.viewBytes()).isZero();
    SpanSource view = head.view();
    long bare = head.viewBytes();
    assertThat(bare).isPositive();
    assertThat(budget.heldBytes()).isEqualTo(held + bare);
    ColumnSet spans = view.rowGroups().get(0).table(Table.SPAN);
    assertThat(spans.read(Fields.SPAN_ID)).isSameAs(spans.read(Fields.SPAN_ID));
    assertThat(head.viewBytes()).isGreaterThan(bare);
    try (ByteLease rest = budget.lease()) {
      rest.grow(budget.limitBytes() - budget.heldBytes());
      assertThat(spans.read(Fields.SPAN_START)).isNotSameAs(spans.read(Fields.SPAN_START));
    }
    head.dropView();
    assertThat(head.viewBytes()).isZero();
    assertThat(budget.heldBytes()).isEqualTo(held);
    assertThat(spans.read(Fields.SPAN_DURATION)).isNotNull();
    assertThat(budget.heldBytes()).isEqualTo(held);
  }

  @Test
  void aHeadThatWasLetGoIsReadButNotCounted() throws Exception {
    append(request(0, 500));
    SpanSource before = head.view();
    head.letGo();
    assertThat(budget.heldBytes()).isZero();
    SpanSource after = head.view();
    for (SpanSource view : List.of(before, after)) {
      assertThat(view.rowGroups().get(0).table(Table.SPAN).read(Fields.SPAN_NAME)).isNotNull();
    }
    assertThat(budget.heldBytes()).isZero();
  }
}
