package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ParallelReadsTest {

  @Test
  void soManyRunAtOnceAndNoMore() throws IOException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      tasks.add(() -> {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        three.countDown();
        three.await();
        running.decrementAndGet();
        return number;
      });
    }
    try (ParallelReads reads = new ParallelReads(3)) {
      List<Integer> results = reads.all(tasks);
      assertThat(results).hasSize(20).isSorted();
    }
    assertThat(most).hasValue(3);
  }

  @Test
  void theFirstFailureIsThrownAsItIs() {
    try (ParallelReads reads = new ParallelReads(2)) {
      NoSuchObjectException missing = new NoSuchObjectException("k", "memory");
      assertThatExceptionOfType(NoSuchObjectException.class)
          .isThrownBy(() ->
              reads.all(
                  List.of(
                      () -> 1,
                      () -> {
                        throw missing;
                      })));
    }
  }

  @Test
  void whatIsCancelledBeforeItsTurnDoesNotRunButEnds() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    AtomicBoolean ran = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    try (ParallelReads reads = new ParallelReads(1)) {
      CompletableFuture<Boolean> first =
          reads.begin(() -> {
            begun.countDown();
            gate.await();
            return true;
          });
      begun.await();
      CompletableFuture<Boolean> second = reads.begin(() -> ran.getAndSet(true), ended::countDown);
      second.cancel(false);
      gate.countDown();
      ended.await();
      assertThat(ParallelReads.await(first)).isTrue();
      assertThat(ran).isFalse();
    }
  }
}
