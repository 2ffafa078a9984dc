package io.tempo4j.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {

  @Test
  void refusesWhatDoesNotFitAndTakesNothingThen() {
    ByteBudget budget = ByteBudget.of("heads", 100);
    assertTrue(budget.tryTake(60));
    assertFalse(budget.tryTake(41));
    assertEquals(60, budget.heldBytes());
    assertTrue(budget.tryTake(40));
    budget.give(100);
    assertEquals(0, budget.heldBytes());
  }

  @Test
  void countsPartsInTheWhole() {
    ByteBudget whole = ByteBudget.of("reads", 100);
    ByteBudget cache = whole.part("cache", 80);
    ByteBudget queries = whole.part("queries", 80);
    assertTrue(cache.tryTake(80));
    assertFalse(cache.tryTake(1));
    assertFalse(queries.tryTake(21));
    assertTrue(queries.tryTake(20));
    assertEquals(100, whole.heldBytes());
    cache.give(80);
    assertEquals(20, whole.heldBytes());
  }

  @Test
  void aPartIsNeverLargerThanTheWhole() {
    assertEquals(100, ByteBudget.of("reads", 100).part("queries", 1_000).limitBytes());
  }

  @Test
  void asksTheReclaimerForWhatIsMissing() {
    ByteBudget whole = ByteBudget.of("reads", 100);
    ByteBudget cache = whole.part("cache", 100);
    ByteBudget queries = whole.part("queries", 100);
    assertTrue(cache.tryTake(90));
    whole.reclaimWith(cache::give);
    assertTrue(queries.tryTake(30));
    assertEquals(70, cache.heldBytes());
    assertEquals(30, queries.heldBytes());
  }

  @Test
  void waitsForOthersToGiveBack() throws Exception {
    ByteBudget budget = ByteBudget.of("queries", 100);
    assertTrue(budget.tryTake(100));
    CompletableFuture<Boolean> taken =
        CompletableFuture.supplyAsync(() -> {
          try {
            return budget.tryTake(50, TimeUnit.MINUTES.toNanos(1));
          } catch (InterruptedException e) {
            return false;
          }
        });
    budget.give(60);
    assertTrue(taken.get(1, TimeUnit.MINUTES));
    assertEquals(90, budget.heldBytes());
  }

  @Test
  void doesNotWaitForWhatCanNeverBe() throws Exception {
    assertFalse(ByteBudget.of("queries", 100).tryTake(101, Long.MAX_VALUE));
  }

  @Test
  void countsWhatIsHeldAnywayBeyondTheLimit() {
    ByteBudget budget = ByteBudget.of("heads", 100);
    budget.takeAlways(130);
    assertFalse(budget.tryTake(0 + 1));
    budget.give(40);
    assertTrue(budget.tryTake(10));
  }

  @Test
  void refusesToBeGivenMoreThanItHolds() {
    ByteBudget budget = ByteBudget.of("heads", 100);
    assertTrue(budget.tryTake(5));
    assertThrows(IllegalStateException.class, () -> budget.give(6));
    assertThrows(IllegalArgumentException.class, () -> budget.tryTake(-1));
  }

  @Test
  void aLeaseGivesEverythingBackOnce() {
    ByteBudget budget = ByteBudget.of("queries", 100);
    ByteLease lease = budget.lease();
    assertTrue(lease.tryGrow(70));
    assertFalse(lease.tryGrow(31));
    lease.shrink(20);
    assertEquals(50, lease.bytes());
    lease.close();
    lease.close();
    assertEquals(0, budget.heldBytes());
    assertThrows(IllegalStateException.class, () -> lease.tryGrow(1));
    assertEquals(0, budget.heldBytes());
  }

  @Test
  void aLeaseWaitsForRoom() throws Exception {
    ByteBudget budget = ByteBudget.of("things", 10);
    ByteLease holds = budget.lease();
    holds.grow(8);
    try (ByteLease waits = budget.lease()) {
      assertFalse(waits.tryGrow(5, 1));
      assertEquals(0, waits.bytes());
      CompletableFuture<Boolean> grown = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              grown.complete(waits.tryGrow(5, TimeUnit.MINUTES.toNanos(1)));
            } catch (InterruptedException e) {
              grown.completeExceptionally(e);
            }
          });
      holds.close();
      assertTrue(grown.join());
      assertEquals(5, waits.bytes());
    }
    assertEquals(0, budget.heldBytes());
  }
}
