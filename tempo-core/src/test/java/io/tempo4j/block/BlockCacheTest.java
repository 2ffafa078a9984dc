package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.memory.ByteBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BlockCacheTest {

  private static final UUID BLOCK = new UUID(1, 1);
  private static final UUID OTHER = new UUID(2, 2);
  private static final long CHEAP = 1_000;
  private static final long DEAR = 20_000;

  /** Asks for an entry of 100 bytes as a block does, and says whether it was there. */
  private static boolean ask(CacheSlots slots, int index, long cost) {
    if (slots.find(index) != null) {
      return true;
    }
    slots.put(index, "value " + index, 100, cost);
    return false;
  }

  private static int askAll(CacheSlots slots, int from, int to, long cost) {
    int found = 0;
    for (int i = from; i < to; i++) {
      found += ask(slots, i, cost) ? 1 : 0;
    }
    return found;
  }

  @Test
  void holdsWhatFits() {
    BlockCache cache = new BlockCache(1_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 10);

    assertThat(askAll(slots, 0, 10, CHEAP)).isZero();
    assertThat(askAll(slots, 0, 10, CHEAP)).isEqualTo(10);
    assertThat(slots.find(3)).isEqualTo("value 3");
    assertThat(cache.stats()).isEqualTo(new BlockCache.Stats(11, 10, 1_000));
  }

  @Test
  void aScanOfEverythingPassesByWhatIsUsedAgainAndAgain() {
    BlockCache cache = new BlockCache(10_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 1_000);
    for (int round = 0; round < 5; round++) {
      askAll(slots, 0, 90, CHEAP);
    }

    askAll(slots, 90, 1_000, CHEAP);

    assertThat(askAll(slots, 0, 90, CHEAP)).isEqualTo(90);
  }

  @Test
  void aScanThatRepeatsFindsPartOfItEachTime() {
    BlockCache cache = new BlockCache(10_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 200);
    int found = 0;
    for (int round = 0; round < 50; round++) {
      found += askAll(slots, 0, 200, CHEAP);
    }

    assertThat(found).as("of 10,000 look-ups, half of it fits").isGreaterThan(3_500);
  }

  @Test
  void keepsWhatIsDearToMake() {
    BlockCache cache = new BlockCache(10_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 200);
    for (int round = 0; round < 20; round++) {
      askAll(slots, 0, 120, CHEAP);
      askAll(slots, 120, 200, DEAR);
    }

    assertThat(askAll(slots, 120, 200, DEAR)).isGreaterThan(75);
  }

  @Test
  void forgetsWhatIsNoLongerAskedFor() {
    BlockCache cache = new BlockCache(10_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 200);
    for (int round = 0; round < 1_000; round++) {
      askAll(slots, 0, 100, CHEAP);
    }

    int rounds = 0;
    while (askAll(slots, 100, 200, CHEAP) < 95) {
      rounds++;
    }

    assertThat(rounds).isLessThan(40);
  }

  @Test
  void holdsNoGiant() {
    BlockCache cache = new BlockCache(1_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 2);
    slots.put(0, "small", 250, DEAR);
    slots.put(1, "giant", 251, DEAR);

    assertThat(slots.find(0)).isEqualTo("small");
    assertThat(slots.find(1)).isNull();
  }

  @Test
  void holdsNothingIfThereIsNoRoomAtAll() {
    CacheSlots slots = new CacheSlots(new BlockCache(0), BLOCK, 1);
    slots.put(0, "value", 1, DEAR);

    assertThat(slots.find(0)).isNull();
  }

  @Test
  void forgetsAWholeBlock() {
    BlockCache cache = new BlockCache(10_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 50);
    CacheSlots others = new CacheSlots(cache, OTHER, 50);
    askAll(slots, 0, 50, CHEAP);
    askAll(others, 0, 50, CHEAP);

    cache.evict(BLOCK);

    assertThat(cache.stats().bytes()).isEqualTo(5_000);
    assertThat(slots.find(7)).isNull();
    assertThat(askAll(others, 0, 50, CHEAP)).isEqualTo(50);
  }

  @Test
  void makesRoomForOthersWhoShareItsBudget() {
    ByteBudget whole = ByteBudget.of("whole", 10_000);
    BlockCache cache = new BlockCache(whole.part("cached", 8_000));
    whole.reclaimWith(cache::reclaim);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 100);
    askAll(slots, 0, 80, CHEAP);
    assertThat(cache.stats().bytes()).isEqualTo(8_000);

    assertThat(whole.tryTake(7_000)).isTrue();
    assertThat(cache.stats().bytes()).isEqualTo(3_000);

    askAll(slots, 0, 100, CHEAP);
    assertThat(cache.stats().bytes()).as("others keep what they took").isEqualTo(3_000);
    assertThat(whole.heldBytes()).isEqualTo(10_000);
  }

  @Test
  void refusesANegativeBound() {
    assertThatThrownBy(() -> new BlockCache(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Property(tries = 200)
  void holdsWhatItCountsAndNeverTooMuch(
      @ForAll @LongRange(max = 20_000) long max, @ForAll long seed) {
    Random random = new Random(seed);
    BlockCache cache = new BlockCache(max);
    List<CacheSlots> blocks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      blocks.add(new CacheSlots(cache, new UUID(0, i), 60));
    }
    for (int step = 0; step < 2_000; step++) {
      int block = random.nextInt(3);
      int index = (int) Math.abs(random.nextGaussian() * 20) % 60;
      Object found = blocks.get(block).find(index);
      if (found == null) {
        blocks.get(block).put(index, size(index), size(index), 1 + random.nextInt(9_999));
      } else {
        assertThat(found).isEqualTo(size(index));
      }
      if (random.nextInt(500) == 0) {
        cache.evict(new UUID(0, block));
      }
    }

    long held = 0;
    for (CacheSlots block : blocks) {
      for (int index = 0; index < 60; index++) {
        held += block.find(index) instanceof Long size ? size : 0;
      }
    }
    assertThat(cache.stats().bytes()).isEqualTo(held).isLessThanOrEqualTo(max);
  }

  /** A size of its own for each entry, 0 included. */
  private static long size(int index) {
    return 31L * index;
  }

  @Test
  void countsRightWhenThreadsAskAtOnce() throws Exception {
    BlockCache cache = new BlockCache(5_000);
    CacheSlots slots = new CacheSlots(cache, BLOCK, 100);
    List<Future<?>> tasks = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        tasks.add(
            threads.submit(() -> {
              for (int i = 0; i < 20_000; i++) {
                int index = random.nextInt(100);
                ask(slots, index, 1 + index);
                if (i % 5_000 == 0) {
                  cache.evict(BLOCK);
                }
              }
            }));
      }
    }
    for (Future<?> task : tasks) {
      task.get();
    }

    BlockCache.Stats stats = cache.stats();
    assertThat(stats.hits() + stats.misses()).isEqualTo(80_000);
    int held = 0;
    for (int i = 0; i < 100; i++) {
      held += slots.find(i) == null ? 0 : 1;
    }
    assertThat(stats.bytes()).isEqualTo(100L * held).isLessThanOrEqualTo(5_000);
  }
}
