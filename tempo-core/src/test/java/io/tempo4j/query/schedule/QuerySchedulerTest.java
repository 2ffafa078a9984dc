package io.tempo4j.query.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.model.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Turns by a clock that the queries move. Where there is one turn at a time, one thread runs at a
 * time, and what happens is always the same.
 */
@Timeout(60)
class QuerySchedulerTest {

  private static final TenantId SHOP = new TenantId("shop");
  private static final TenantId BANK = new TenantId("bank");
  private static final Duration SLICE = Duration.ofMillis(50);

  private final AtomicLong clock = new AtomicLong();
  private final ArrayDeque<Runnable> begun = new ArrayDeque<>();
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  /** Parts are run by {@link #runAll}, in the order in which their turns came. */
  private QueryScheduler scheduler(int running, int perTenant, int all) {
    return new QueryScheduler(
        new SchedulerBounds(running, 0, perTenant, all, SLICE), begun::add, clock::get);
  }

  private void runAll() {
    while (!begun.isEmpty()) {
      begun.remove().run();
    }
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  /** A query of parts that take a slice each. */
  private void ask(QueryScheduler scheduler, TenantId tenant, String name, int parts) {
    QueryScheduler.Place place = scheduler.enter(tenant).orElseThrow();
    goOn(place, name, parts);
  }

  private void goOn(QueryScheduler.Place place, String name, int parts) {
    place.execute(
        () -> {
          ran.add(name);
          pass(SLICE);
          if (parts > 1) {
            goOn(place, name, parts - 1);
          } else {
            place.leave();
          }
        },
        () -> ran.add("dropped " + name));
  }

  @Test
  void aShortQueryWaitsForOnePartOfManyLongOnes() {
    QueryScheduler scheduler = scheduler(1, 100, 100);
    for (int i = 0; i < 50; i++) {
      ask(scheduler, SHOP, "long", 20);
    }
    for (int i = 0; i < 70; i++) {
      begun.remove().run(); // all have had their first slice
    }

    ask(scheduler, SHOP, "short", 1);
    ran.clear();
    runAll();

    assertThat(ran.indexOf("short")).isLessThanOrEqualTo(1);
    assertThat(ran).hasSize(50 * 20 - 70 + 1);
  }

  @Test
  void longQueriesOfATenantEndInTheOrderOfTheirAge() {
    QueryScheduler scheduler = scheduler(1, 100, 100);
    ask(scheduler, SHOP, "a", 3);
    ask(scheduler, SHOP, "b", 3);
    ask(scheduler, SHOP, "c", 3);

    runAll();

    assertThat(ran).containsExactly("a", "b", "c", "a", "a", "b", "b", "c", "c");
  }

  @Test
  void manyShortQueriesLeaveOneTurnInFourToLongOnes() {
    QueryScheduler scheduler = scheduler(1, 1000, 1000);
    ask(scheduler, SHOP, "long", 5);
    for (int i = 0; i < 40; i++) {
      ask(scheduler, SHOP, "short", 1);
    }

    runAll();

    assertThat(ran.lastIndexOf("long")).isLessThanOrEqualTo(5 * 4);
  }

  @Test
  void oneTurnInFourIsForShortQueries() {
    QueryScheduler scheduler = scheduler(4, 100, 100);
    for (int i = 0; i < 8; i++) {
      ask(scheduler, SHOP, "long", 2);
    }
    for (int i = 0; i < 8; i++) {
      begun.remove().run();
    }
    assertThat(scheduler.running()).isEqualTo(3);
    assertThat(begun).hasSize(3);

    ask(scheduler, SHOP, "short", 1);

    assertThat(begun).hasSize(4);
    begun.removeLast().run();
    assertThat(ran).last().isEqualTo("short");
    runAll();
    assertThat(ran).hasSize(17);
  }

  @Test
  void tenantsShareTheTimeHoweverManyQueriesTheyHave() {
    QueryScheduler scheduler = scheduler(1, 2000, 2000);
    for (int i = 0; i < 1000; i++) {
      ask(scheduler, SHOP, "shop", 1);
    }
    for (int i = 0; i < 10; i++) {
      ask(scheduler, BANK, "bank", 1);
    }

    runAll();

    assertThat(ran.lastIndexOf("bank")).isLessThanOrEqualTo(2 * 10);
    assertThat(ran).hasSize(1010);
  }

  @Test
  void aTenantThatWasAwayDoesNotComeWithTimeThatItSaved() {
    QueryScheduler scheduler = scheduler(1, 2000, 2000);
    ask(scheduler, SHOP, "shop", 1);
    ask(scheduler, BANK, "bank", 1);
    runAll();
    for (int i = 0; i < 100; i++) {
      ask(scheduler, SHOP, "shop", 1);
    }
    for (int i = 0; i < 50; i++) {
      begun.remove().run();
    }
    ran.clear();

    for (int i = 0; i < 20; i++) {
      ask(scheduler, BANK, "bank", 1);
    }
    runAll();

    assertThat(ran.subList(0, 20).stream().filter("bank"::equals).count()).isBetween(9L, 11L);
  }

  @Test
  void refusesMoreThanATenantAndAllMayHave() {
    QueryScheduler scheduler = scheduler(1, 2, 4);
    List<QueryScheduler.Place> shop = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      shop.add(scheduler.enter(SHOP).orElseThrow());
    }

    assertThat(scheduler.enter(SHOP)).isEmpty();
    scheduler.enter(BANK).orElseThrow();
    scheduler.enter(BANK).orElseThrow();
    assertThat(scheduler.enter(BANK)).isEmpty();

    shop.getFirst().leave();
    shop.getFirst().leave();
    assertThat(scheduler.enter(SHOP)).isPresent();
    assertThat(scheduler.enter(SHOP)).isEmpty();
  }

  @Test
  void aStoppedQueryLeavesTheLineAtOnce() {
    QueryScheduler scheduler = scheduler(1, 10, 10);
    ask(scheduler, SHOP, "first", 1);
    QueryScheduler.Place waits = scheduler.enter(SHOP).orElseThrow();
    goOn(waits, "second", 1);
    assertThat(scheduler.waiting()).isEqualTo(1);

    waits.stop();

    assertThat(scheduler.waiting()).isZero();
    assertThat(ran).containsExactly("dropped second");
    goOn(waits, "again", 1);
    runAll();
    assertThat(ran).containsExactly("dropped second", "dropped again", "first");
    assertThat(scheduler.running()).isZero();
  }

  @Test
  void aClosedSchedulerRunsWhatWaitsAndNothingElse() throws InterruptedException {
    QueryScheduler scheduler = scheduler(1, 10, 10);
    ask(scheduler, SHOP, "first", 1);
    ask(scheduler, SHOP, "second", 1);
    QueryScheduler.Place late = scheduler.enter(SHOP).orElseThrow();
    scheduler.close();

    assertThatThrownBy(() -> late.execute(() -> {}, () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    late.leave();
    assertThat(scheduler.awaitEmpty(Duration.ZERO)).isFalse();
    runAll();
    assertThat(scheduler.awaitEmpty(Duration.ZERO)).isTrue();
    assertThat(ran).containsExactly("first", "second");
  }

  /** Begins a query on a thread of its own that moves the clock on between checks. */
  private static void run(QueryScheduler scheduler, TenantId tenant, int steps, IntConsumer step) {
    QueryScheduler.Place place = scheduler.enter(tenant).orElseThrow();
    place.execute(
        () -> {
          for (int i = 0; i < steps; i++) {
            step.accept(i);
            place.share();
          }
          place.leave();
        },
        () -> {});
  }

  private QueryScheduler threaded(int paused) {
    return new QueryScheduler(
        new SchedulerBounds(1, paused, 100, 100, SLICE),
        part -> Thread.ofPlatform().daemon().start(part),
        clock::get);
  }

  @Test
  void aRunningQueryGivesWayToAShorterOne() throws InterruptedException {
    QueryScheduler scheduler = threaded(10);
    CountDownLatch isAsked = new CountDownLatch(1);
    run(
        scheduler,
        SHOP,
        10,
        i -> {
          await(isAsked);
          ran.add("long");
          pass(SLICE.dividedBy(2));
        });
    run(scheduler, SHOP, 1, i -> ran.add("short"));
    isAsked.countDown();

    assertThat(scheduler.awaitEmpty(Duration.ofSeconds(30))).isTrue();

    assertThat(ran.indexOf("short")).isEqualTo(2);
    assertThat(ran).hasSize(11);
  }

  @Test
  void noMoreThanSoManyArePaused() throws InterruptedException {
    QueryScheduler scheduler = threaded(1);
    CountDownLatch isAsked = new CountDownLatch(1);
    for (String name : List.of("a", "b", "c")) {
      run(
          scheduler,
          SHOP,
          2,
          i -> {
            await(isAsked);
            ran.add(name);
            pass(SLICE);
          });
    }
    isAsked.countDown();

    assertThat(scheduler.awaitEmpty(Duration.ofSeconds(30))).isTrue();

    // "a" is paused for "b", which cannot be: it ends, then the older one does.
    assertThat(ran).containsExactly("a", "b", "b", "c", "c", "a");
  }

  @Test
  void aPausedQueryThatIsStoppedGoesOnToItsEnd() throws InterruptedException {
    QueryScheduler scheduler = threaded(10);
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch isPaused = new CountDownLatch(1);
    CountDownLatch hasEnded = new CountDownLatch(1);
    QueryScheduler.Place place = scheduler.enter(SHOP).orElseThrow();
    place.execute(
        () -> {
          await(isAsked);
          pass(SLICE);
          place.share();
          hasEnded.countDown();
          place.leave();
        },
        () -> {});
    run(
        scheduler,
        SHOP,
        1,
        i -> {
          isPaused.countDown();
          await(hasEnded);
        });
    isAsked.countDown();
    await(isPaused);

    place.stop();

    assertThat(scheduler.awaitEmpty(Duration.ofSeconds(30))).isTrue();
    assertThat(scheduler.running()).isLessThanOrEqualTo(1);
  }

  @Test
  void aQueryThatWaitsForSomethingElseLetsOthersRun() throws InterruptedException {
    QueryScheduler scheduler = threaded(0);
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch other = new CountDownLatch(1);
    QueryScheduler.Place place = scheduler.enter(SHOP).orElseThrow();
    place.execute(
        () -> {
          await(isAsked);
          place.rest();
          await(other);
          place.resume();
          ran.add("rested");
          place.leave();
        },
        () -> {});
    run(
        scheduler,
        SHOP,
        1,
        i -> {
          ran.add("other");
          other.countDown();
        });
    isAsked.countDown();

    assertThat(scheduler.awaitEmpty(Duration.ofSeconds(30))).isTrue();
    assertThat(ran).containsExactly("other", "rested");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
