package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.SharedQueryMemory;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.storage.DistantObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.testkit.Spans;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a query ends, nothing of what it took is left. */
class QueryLeasesTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(0, 7);
  private static final long SECOND = 1_000_000_000L;
  private static final int SPANS = 4_000;

  private final MemoryPlan plan = MemoryPlan.of(64 << 20, 64 << 20);
  private final SharedQueryMemory shared =
      new SharedQueryMemory(plan.queries(), "TEMPO_HEAP", Duration.ofSeconds(1));
  private TraceStore store;

  enum Kind {
    TRACE_BY_ID {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        assertThat(store.findTrace(TENANT, TRACE, context).isMissing()).isFalse();
      }
    },
    PART_OF_A_TRACE {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        var trace =
            store.findTrace(
                TENANT, TRACE, new TraceFilter("{ span.number =~ \".*7\" }", 0, 0), context);
        assertThat(trace.isMissing()).isFalse();
      }
    },
    SEARCH {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        assertThat(store.search(TENANT, ALL, context).traces()).isNotEmpty();
      }
    },
    CURSOR {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        try (SearchCursor cursor = store.searchCursor(TENANT, ALL, context)) {
          while (cursor.next().isPresent()) {
            // all of them
          }
        }
      }
    },
    METRICS {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        metrics(store, "{ } | count_over_time() by (span.number)", context);
      }
    },
    COMPARISON {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        metrics(store, "{ } | compare({ span.number =~ \".*7\" })", context);
      }
    },
    VALUES {
      @Override
      void run(TraceStore store, QueryContext context) throws IOException {
        TagValuesRequest request =
            new TagValuesRequest(
                TraceQl.parseReference("span.number"), "", 0, Long.MAX_VALUE, TagLimits.NONE);
        assertThat(store.tagValues(TENANT, request, context).values()).isNotEmpty();
      }
    };

    private static final SearchRequest ALL =
        new SearchRequest("{ span.number =~ \".*7\" }", 0, Long.MAX_VALUE, SPANS, 10);

    private static void metrics(TraceStore store, String query, QueryContext context)
        throws IOException {
      MetricsRequest request = MetricsRequest.range(query, 0, 100 * SECOND, SECOND);
      assertThat(store.metrics(TENANT, request, context).series()).isNotEmpty();
    }

    abstract void run(TraceStore store, QueryContext context) throws IOException;
  }

  @BeforeEach
  void fill() throws IOException {
    store =
        TraceStore.builder()
            .blocks(
                new DistantObjectStore(
                    new InMemoryObjectStore(), new ReadPolicy(1 << 10, 64 << 10, 4, 256 << 10)))
            .withoutWal()
            .memory(plan)
            .open();
    List<Span> spans = new ArrayList<>();
    for (int i = 1; i <= SPANS; i++) {
      TraceId trace = i <= 500 ? TRACE : new TraceId(1, i / 10);
      spans.add(
          Spans.span(trace, i, 0)
              .setStartTimeUnixNano(SECOND + i)
              .setEndTimeUnixNano(2 * SECOND + i)
              .addAttributes(Spans.text("number", "number " + i))
              .build());
    }
    for (int half = 0; half < 2; half++) {
      ExportTraceServiceRequest request =
          Spans.request("shop", spans.subList(half * SPANS / 2, (half + 1) * SPANS / 2));
      store.append(TENANT, request);
      if (half == 0) {
        store.flush();
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void assertNothingLeft() {
    while (plan.queries().heldBytes() > 0) {
      Thread.onSpinWait(); // requests under way count until they end
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oneThatEnds(Kind kind) throws IOException {
    try (SharedQueryMemory.Share share = shared.open(QueryContext.unbounded())) {
      kind.run(store, QueryContext.unbounded().withMemory(share));
    }
    assertNothingLeft();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oneThatNeedsMoreThanItMayHave(Kind kind) {
    try (SharedQueryMemory.Share share = shared.open(QueryContext.unbounded())) {
      QueryContext context = QueryContext.unbounded().withMemory(new Narrow(share, 40_000));
      assertThat(catchThrowable(() -> kind.run(store, context)))
          .isInstanceOf(QueryBudgetException.class)
          .hasMessageContaining("TEMPO_HEAP");
    }
    assertNothingLeft();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oneThatIsStoppedAtAnyOfItsChecks(Kind kind) throws IOException {
    boolean isStopped = true;
    for (int check = 0; isStopped; check++) {
      AtomicLong left = new AtomicLong(check);
      QueryContext stopped =
          QueryContext.of(
              System::nanoTime, Duration.ofMinutes(1), () -> left.decrementAndGet() < 0);
      try (SharedQueryMemory.Share share = shared.open(stopped)) {
        kind.run(store, stopped.withMemory(share));
        isStopped = false;
      } catch (QueryStoppedException e) {
        isStopped = true;
      }
      assertNothingLeft();
    }
  }

  /** A share of which one query may have a part alone. */
  private static final class Narrow implements QueryMemory {
    private final QueryMemory share;
    private final long limitBytes;
    private long held;

    Narrow(QueryMemory share, long limitBytes) {
      this.share = share;
      this.limitBytes = limitBytes;
    }

    @Override
    public void take(long bytes) {
      if (held + bytes > limitBytes) {
        throw new QueryBudgetException(limitBytes, "TEMPO_HEAP");
      }
      share.take(bytes);
      held += bytes;
    }

    @Override
    public void give(long bytes) {
      share.give(bytes);
      held -= Math.min(bytes, held);
    }

    @Override
    public long limitBytes() {
      return limitBytes;
    }
  }
}
