package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.CountingMemory;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bound that docs/design/0008 states for one trace by id. */
class LargeTraceMemoryTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(0, 7);
  private static final int SPANS = 45_000;

  private TraceStore store;

  @BeforeEach
  void fill() throws IOException {
    store =
        TraceStore.builder()
            .blocks(new InMemoryObjectStore())
            .withoutWal()
            .memory(MemoryPlan.of(320 << 20, 64 << 20))
            .open();
    for (int request = 0; request < SPANS / 500; request++) {
      List<Span> spans = new ArrayList<>();
      for (int i = 1; i <= 500; i++) {
        int number = request * 500 + i;
        spans.add(
            Spans.span(TRACE, number, number / 8)
                .addAttributes(Spans.text("note", "%020d".formatted(number * 7919L)))
                .build());
      }
      store.append(TENANT, Spans.request("storm", spans));
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void aLargeTraceNeedsItsMessageAndTwoHundredBytesASpan() throws IOException {
    assertNeeds();
    store.flush();
    assertNeeds();
  }

  private void assertNeeds() throws IOException {
    CountingMemory enough = new CountingMemory(1 << 30);
    AssembledTrace trace = store.findTrace(TENANT, TRACE, enough.context());
    long message = trace.tracesData().length;
    assertThat(trace.spanCount()).isEqualTo(SPANS);
    assertThat(enough.heldBytes()).isEqualTo(message);
    assertThat(enough.mostBytes()).isBetween(message + 100L * SPANS, message + 200L * SPANS);

    CountingMemory tooLittle = new CountingMemory(message + 80L * SPANS);
    assertThatThrownBy(() -> store.findTrace(TENANT, TRACE, tooLittle.context()))
        .isInstanceOf(QueryBudgetException.class)
        .hasMessageContaining("TEMPO_HEAP");
  }
}
