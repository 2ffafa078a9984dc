package io.tempo4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {

  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {64, 96, 160, 320, 640, 4096, 1 << 20})
  void leavesRoomForCodeAndForCollectingGarbage(long heapMib) {
    MemoryPlan plan = MemoryPlan.of(heapMib * MIB, 64 * MIB);

    long base = Math.min(40 * MIB, heapMib * MIB / 4);
    assertThat(plan.heap().limitBytes() + base).isLessThan(heapMib * MIB * 88 / 100);
    assertThat(plan.heads().limitBytes()).isGreaterThan(heapMib * MIB / 6);
  }

  @Test
  void givesEverybodyItsShareAtOnceButForWhatIsCached() {
    MemoryPlan plan = MemoryPlan.of(320 * MIB, 64 * MIB);

    for (ByteBudget share :
        List.of(plan.heads(), plan.flush(), plan.queries(), plan.requests(), plan.indexes())) {
      assertThat(share.tryTake(share.limitBytes())).as(share.name()).isTrue();
    }
  }

  @Test
  void takesRoomOfWhatIsCachedForQueries() {
    MemoryPlan plan = MemoryPlan.of(320 * MIB, 64 * MIB);
    AtomicLong cached = new AtomicLong(plan.cache().limitBytes());
    plan.cache().takeAlways(cached.get());
    plan.reclaimWith(bytes -> {
      plan.cache().give(bytes);
      cached.addAndGet(-bytes);
    });

    assertThat(plan.queries().tryTake(plan.queries().limitBytes())).isTrue();
    assertThat(cached.get()).isPositive().isLessThan(plan.cache().limitBytes());
  }

  @Test
  void saysWhatIsFullAndWhatGivesMoreRoom() {
    MemoryPlan plan = MemoryPlan.of(100 * MIB, MIB);
    plan.heads().takeAlways(17);

    assertThat(MemoryPlan.refusal(plan.heads(), 4711))
        .contains("recent spans", "4711", "17", "TEMPO_HEAP", "-Xmx")
        .contains("" + plan.heads().limitBytes());
  }

  @Test
  void refusesNoMemory() {
    assertThatThrownBy(() -> MemoryPlan.of(0, 1)).hasMessageContaining("got 0 and 1");
    assertThatThrownBy(() -> MemoryPlan.of(1, -1)).hasMessageContaining("got 1 and -1");
  }
}
