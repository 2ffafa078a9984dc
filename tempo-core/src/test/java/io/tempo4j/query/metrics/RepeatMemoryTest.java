package io.tempo4j.query.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.scan.Selection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is remembered of sources has a bound, and is only remembered. */
class RepeatMemoryTest {

  private final SpanSource source = new ListSource("one", List.of(), ListSource.Layout.BLOCK);
  private final Selection rows = Selection.all(8_000);

  private RepeatMemory.Known learn(RepeatMemory memory, int group) {
    return memory.learn(source, group, new long[] {7}, Map.of(7L, rows));
  }

  @Test
  void takesWhatItRemembersFromItsBudget() {
    ByteBudget budget = ByteBudget.of("queries", 10_000);
    RepeatMemory memory = new RepeatMemory(budget.lease());
    for (int group = 0; group < 100; group++) {
      RepeatMemory.Known known = learn(memory, group);
      assertThat(known.knows(7)).isTrue();
      assertThat(known.repeats()).containsEntry(7L, rows);
      assertThat(memory.of(source, group).knows(7)).isTrue();
      assertThat(budget.heldBytes()).isBetween(1_000L, 10_000L);
    }
    assertThat(memory.of(source, 0).knows(7)).as("what was forgotten").isFalse();
  }

  @Test
  void remembersNothingWithoutRoom() {
    ByteBudget budget = ByteBudget.of("queries", 10_000);
    budget.takeAlways(9_500);
    RepeatMemory memory = new RepeatMemory(budget.lease());
    assertThat(learn(memory, 3).knows(7)).isTrue();
    assertThat(memory.of(source, 3).knows(7)).isFalse();
    assertThat(budget.heldBytes()).isEqualTo(9_500);
  }
}
