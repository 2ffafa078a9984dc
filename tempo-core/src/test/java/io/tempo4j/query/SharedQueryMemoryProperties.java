package io.tempo4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.memory.ByteBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntFunction;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Queries that fit alone all end, whatever they hold when the memory is full. */
class SharedQueryMemoryProperties {

  private static final long MIB = 1 << 20;

  private final ByteBudget budget = ByteBudget.of("queries", 8 * MIB);
  private final SharedQueryMemory memory =
      new SharedQueryMemory(budget, "TEMPO_HEAP", Duration.ofMinutes(10));

  /** All of them hold a part before any has the rest, so that none could go on. */
  @Example
  void equalQueriesOfWhichEachFitsAloneAllEnd() {
    CyclicBarrier allHoldSome = new CyclicBarrier(8);
    List<CompletableFuture<Integer>> queries = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      queries.add(
          ended(
              attempt -> {
                List<Long> steps = new ArrayList<>(List.of(MIB / 2));
                if (attempt == 1) {
                  steps.add(-1L);
                }
                steps.addAll(Collections.nCopies(5, MIB));
                return steps;
              },
              allHoldSome));
    }
    List<Integer> attempts = queries.stream().map(CompletableFuture::join).sorted().toList();
    assertThat(attempts).startsWith(1).allMatch(count -> count <= 2);
    assertThat(budget.heldBytes()).isZero();
  }

  /** Whatever queries take and give back, each ends, and never more is held than there is. */
  @Property(tries = 50)
  void queriesOfWhichEachFitsAloneAllEnd(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(max = 12) List<@IntRange(min = -2048, max = 2048) Integer>> kilobytes) {
    List<CompletableFuture<Integer>> queries = new ArrayList<>();
    for (List<Integer> steps : kilobytes) {
      List<Long> bytes = new ArrayList<>();
      long held = 0;
      for (int step : steps) {
        long next = Math.clamp(held + step * 1024L, 0, 6 * MIB);
        bytes.add(next - held);
        held = next;
      }
      queries.add(ended(attempt -> bytes, new CyclicBarrier(1)));
    }
    queries.forEach(query -> assertThat(query.join()).isBetween(1, 2));
    assertThat(budget.heldBytes()).isZero();
  }

  /**
   * Runs a query as a server does.
   *
   * @param steps bytes that an attempt takes, or gives back where they are negative; -1 waits at
   *     the barrier
   * @return how often it began
   */
  private CompletableFuture<Integer> ended(IntFunction<List<Long>> steps, CyclicBarrier barrier) {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          SharedQueryMemory.Share share = memory.open(QueryContext.unbounded());
          try {
            for (int attempt = 1; ; attempt++) {
              try {
                for (long step : steps.apply(attempt)) {
                  if (step == -1) {
                    barrier.await();
                  } else if (step < 0) {
                    share.give(-step);
                  } else {
                    share.take(step);
                  }
                  assertThat(budget.heldBytes()).isLessThanOrEqualTo(budget.limitBytes());
                }
                share.close();
                ended.complete(attempt);
                return;
              } catch (QueryContentionException e) {
                assertThat(share.mayBeginAgain()).isTrue();
                assertThat(share.nextTurn().join()).isTrue();
              }
            }
          } catch (Throwable e) {
            share.close();
            ended.completeExceptionally(e);
          }
        });
    return ended;
  }
}
