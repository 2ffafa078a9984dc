package io.tempo4j.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.memory.ByteBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedQueryMemoryTest {

  private static final long MIB = 1 << 20;

  private final ByteBudget budget = ByteBudget.of("queries", 8 * MIB);
  private final SharedQueryMemory memory =
      new SharedQueryMemory(budget, "TEMPO_HEAP", Duration.ofMinutes(10));

  private SharedQueryMemory.Share open() {
    return memory.open(QueryContext.unbounded());
  }

  private static CompletableFuture<Void> taking(SharedQueryMemory.Share share, long bytes) {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            share.take(bytes);
            taken.complete(null);
          } catch (RuntimeException e) {
            taken.completeExceptionally(e);
            share.close();
          }
        });
    return taken;
  }

  @Test
  void whatIsTakenIsHeldUntilTheShareCloses() {
    SharedQueryMemory.Share share = open();
    share.take(3 * MIB);
    share.take(10);
    assertThat(share.usedBytes()).isEqualTo(3 * MIB + 10);
    assertThat(budget.heldBytes()).isGreaterThanOrEqualTo(3 * MIB + 10);

    share.give(2 * MIB);
    assertThat(budget.heldBytes()).isBetween(MIB, MIB + MIB / 2);

    share.close();
    share.close();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void moreThanOneQueryMayHaveNamesTheKey() {
    try (SharedQueryMemory.Share share = open()) {
      share.take(4 * MIB);
      assertThatThrownBy(() -> share.take(4 * MIB))
          .isInstanceOf(QueryBudgetException.class)
          .hasMessageContaining("TEMPO_HEAP");
      assertThat(share.usedBytes()).isEqualTo(4 * MIB);
    }
  }

  @Test
  void queriesWaitForEachOther() {
    SharedQueryMemory.Share first = open();
    first.take(5 * MIB);
    try (SharedQueryMemory.Share second = open()) {
      CompletableFuture<Void> taken = taking(second, 5 * MIB);
      assertThat(taken).isNotDone();
      first.close();
      taken.join();
      assertThat(second.usedBytes()).isEqualTo(5 * MIB);
    }
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void oneWaitsAndTheOthersBeginAgainInTheOrderOfTheirAge() {
    SharedQueryMemory.Share first = open();
    SharedQueryMemory.Share second = open();
    SharedQueryMemory.Share third = open();
    first.take(2 * MIB);
    second.take(2 * MIB);
    assertThat(third.nextTurn().join()).isTrue();
    CompletableFuture<Void> ofThird = taking(third, 6 * MIB);
    assertThat(isRefused(second, 5 * MIB)).isTrue();
    assertThat(isRefused(first, 5 * MIB)).isTrue();
    assertThat(first.mayBeginAgain()).isTrue();
    assertThat(second.mayBeginAgain()).isTrue();

    CompletableFuture<Boolean> turnOfSecond = second.nextTurn();
    CompletableFuture<Boolean> turnOfFirst = first.nextTurn();
    ofThird.join();
    assertThat(turnOfFirst).isNotDone();
    third.close();
    assertThat(turnOfFirst.join()).isTrue();
    assertThat(turnOfSecond).isNotDone();
    first.take(6 * MIB);
    first.rest();
    assertThat(turnOfSecond.join()).isTrue();
    CompletableFuture<Void> ofSecond = taking(second, 6 * MIB);
    first.close();
    ofSecond.join();
    second.close();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void whoWantedLittleHasItsTurnBeforeThoseThatWantedMuch() {
    SharedQueryMemory.Share running = open();
    running.take(6 * MIB);
    SharedQueryMemory.Share first = open();
    assertThat(first.nextTurn().join()).isTrue();
    List<SharedQueryMemory.Share> large = List.of(open(), open(), open());
    List<CompletableFuture<Boolean>> turns = new ArrayList<>();
    for (SharedQueryMemory.Share share : large) {
      assertThat(isRefused(share, 6 * MIB)).isTrue();
      turns.add(share.nextTurn());
    }
    SharedQueryMemory.Share little = open();
    assertThat(isRefused(little, MIB - 1)).isTrue();
    CompletableFuture<Boolean> turnOfLittle = little.nextTurn();

    first.close();

    assertThat(turnOfLittle.join()).isTrue();
    assertThat(turns).noneMatch(CompletableFuture::isDone);
    little.close();
    assertThat(turns.getFirst().join()).isTrue();
    large.forEach(SharedQueryMemory.Share::close);
    running.close();
    assertThat(budget.heldBytes()).isZero();
  }

  private static boolean isRefused(SharedQueryMemory.Share share, long bytes) {
    try {
      share.take(bytes);
      return false;
    } catch (QueryContentionException e) {
      assertThat(e).hasMessageContaining("TEMPO_HEAP");
      return true;
    }
  }

  @Test
  void whoeverGivesUpOrIsClosedIsPassedOver() {
    SharedQueryMemory.Share first = open();
    first.take(6 * MIB);
    SharedQueryMemory.Share waiting = open();
    assertThat(waiting.nextTurn().join()).isTrue();
    CompletableFuture<Void> taken = taking(waiting, 4 * MIB);
    SharedQueryMemory.Share givesUp = open();
    SharedQueryMemory.Share closed = open();
    SharedQueryMemory.Share last = open();
    assertThat(isRefused(givesUp, 4 * MIB)).isTrue();
    CompletableFuture<Boolean> turnOfGivesUp = givesUp.nextTurn();
    CompletableFuture<Boolean> turnOfClosed = closed.nextTurn();
    CompletableFuture<Boolean> turnOfLast = last.nextTurn();
    givesUp.giveUp();
    closed.close();
    assertThat(turnOfGivesUp.join()).isFalse();
    assertThat(turnOfClosed.join()).isFalse();
    first.close();
    taken.join();
    waiting.close();
    assertThat(turnOfLast.join()).isTrue();
    last.close();
    givesUp.close();
    assertThat(open().nextTurn().join()).as("nobody has the turn").isTrue();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void theTurnDoesNotComeForEver() {
    SharedQueryMemory impatient = new SharedQueryMemory(budget, "TEMPO_HEAP", Duration.ofMillis(1));
    SharedQueryMemory.Share first = impatient.open(QueryContext.unbounded());
    assertThat(first.nextTurn().join()).isTrue();
    SharedQueryMemory.Share second = impatient.open(QueryContext.unbounded());
    assertThat(second.nextTurn().join()).isFalse();
    first.close();
    assertThat(second.nextTurn().join()).isTrue();
  }

  @Test
  void aQueryThatWaitsForItsClientIsNotWaitedForLong() {
    SharedQueryMemory impatient = new SharedQueryMemory(budget, "TEMPO_HEAP", Duration.ofMillis(1));
    SharedQueryMemory.Share resting = impatient.open(QueryContext.unbounded());
    resting.take(6 * MIB);
    resting.rest();
    try (SharedQueryMemory.Share other = impatient.open(QueryContext.unbounded())) {
      assertThatThrownBy(() -> other.take(4 * MIB)).isInstanceOf(QueryContentionException.class);
      assertThat(other.mayBeginAgain()).as("it waited").isFalse();
      resting.close();
      other.take(4 * MIB);
    }
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void aQueryThatWaitsForItsClientKeepsNoMoreThanItUses() {
    SharedQueryMemory.Share resting = open();
    resting.take(MIB / 4);
    resting.give(MIB / 8);
    resting.rest();
    assertThat(budget.heldBytes()).isEqualTo(MIB / 8);
    resting.take(MIB / 4);
    resting.close();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void aQueryThatHoldsLittlePassesByThoseThatWaitForMuch() {
    SharedQueryMemory.Share first = open();
    first.take(6 * MIB);
    SharedQueryMemory.Share second = open();
    CompletableFuture<Void> waiting = taking(second, 6 * MIB);
    try (SharedQueryMemory.Share small = open()) {
      for (int i = 0; i < 10; i++) {
        small.take(1000);
      }
    }
    assertThat(waiting).isNotDone();
    first.close();
    waiting.join();
    second.close();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void aStoppedQueryDoesNotWait() {
    AtomicBoolean isCancelled = new AtomicBoolean();
    SharedQueryMemory.Share first = open();
    first.take(6 * MIB);
    SharedQueryMemory.Share second =
        memory.open(QueryContext.of(System::nanoTime, Duration.ofMinutes(10), isCancelled::get));
    CompletableFuture<Void> waiting = taking(second, 6 * MIB);
    isCancelled.set(true);
    await().until(waiting::isDone);
    assertThatThrownBy(waiting::join).cause().isInstanceOf(QueryStoppedException.class);
    first.close();
    assertThat(budget.heldBytes()).isZero();
  }
}
