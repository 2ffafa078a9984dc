package io.tempo4j.query.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.SharedQueryMemory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever queries do, with memory that they share: all end, and never more run than may. */
class QuerySchedulerProperties {

  private static final Duration SLICE = Duration.ofMillis(50);
  private static final long LIMIT = 100 << 20;

  /** Each number is a query: its tenant, its steps, and how much it takes at each. */
  @Property(tries = 60)
  void allQueriesEnd(
      @ForAll @Size(min = 1, max = 24) List<@IntRange(max = 9_999) Integer> queries,
      @ForAll @IntRange(min = 1, max = 3) int running,
      @ForAll @IntRange(max = 30) int paused)
      throws InterruptedException {
    Run run = new Run();
    QueryScheduler scheduler =
        new QueryScheduler(
            new SchedulerBounds(running, paused, 100, 100, SLICE),
            part -> Thread.ofPlatform().daemon().start(part),
            run.clock::get);

    for (int query : queries) {
      TenantId tenant = new TenantId("tenant-" + query % 3);
      run.begin(scheduler.enter(tenant).orElseThrow(), 1 + query % 7, (query % 80) << 20);
    }

    assertThat(scheduler.awaitEmpty(Duration.ofSeconds(60))).isTrue();
    assertThat(run.ended.get()).isEqualTo(queries.size());
    assertThat(run.most.get()).isBetween(1, running);
    assertThat(scheduler.waiting()).isZero();
    assertThat(run.budget.heldBytes()).isZero();
  }

  private static final class Run {
    private final ByteBudget budget = ByteBudget.of("queries", LIMIT);
    private final SharedQueryMemory memory =
        new SharedQueryMemory(budget, "TEMPO_HEAP", Duration.ofMinutes(10));
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger inTurn = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private void begin(QueryScheduler.Place place, int steps, int bytes) {
      SharedQueryMemory.Share share = memory.open(QueryContext.unbounded().withTime(place));
      execute(place, share, steps, bytes);
    }

    private void execute(
        QueryScheduler.Place place, SharedQueryMemory.Share share, int steps, int bytes) {
      place.execute(() -> run(place, share, steps, bytes), () -> {});
    }

    private void run(
        QueryScheduler.Place place, SharedQueryMemory.Share share, int steps, int bytes) {
      try {
        for (int step = 0; step < steps; step++) {
          most.accumulateAndGet(inTurn.incrementAndGet(), Math::max);
          clock.addAndGet(SLICE.toNanos() / 3);
          inTurn.decrementAndGet();
          share.take(bytes / steps);
          place.share();
        }
      } catch (QueryContentionException e) {
        var unused =
            share
                .nextTurn()
                .thenAccept(isTurn -> {
                  assertThat(isTurn).isTrue();
                  execute(place, share, steps, bytes);
                });
        return;
      }
      ended.incrementAndGet();
      share.close();
      place.leave();
    }
  }
}
