package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.shop.Repertoire;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  private static final int TRACES = 20;
  private static final int QUESTIONS =
      TRACES
          + Repertoire.SEARCHES.size()
          + 2 * Repertoire.METRICS.size()
          + Repertoire.TAGS.size()
          + 1;

  private final MemoryPlan memory = MemoryPlan.of(320 << 20, 64 << 20);

  private WarmUp warmUp() throws Exception {
    TempoConfig config = ConfigLoader.embedded().config();
    return new WarmUp(config.queries(), memory);
  }

  @Test
  void everyQuestionIsAnsweredFromHeadsAndFromBlocks() throws Exception {
    assertThat(warmUp().run(2)).isEqualTo(2 * QUESTIONS);
    assertThat(memory.heap().heldBytes()).isZero();
  }

  @Test
  void nothingIsDoneWithoutRoom() throws Exception {
    try (ByteLease others = memory.queries().lease()) {
      assertThat(others.tryGrow(memory.queries().limitBytes())).isTrue();
      assertThat(warmUp().run(2)).isZero();
    }
  }

  @Test
  void anEndComesAtOnce() throws Exception {
    WarmUp warmUp = warmUp();
    warmUp.begin();
    await().until(() -> memory.heap().heldBytes() > 0);
    warmUp.end(Duration.ofSeconds(30));
    assertThat(memory.heap().heldBytes()).isZero();
    assertThat(warmUp.run(2)).isZero();
  }
}
