package io.tempo4j.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.testkit.ChildJvm;
import io.tempo4j.testkit.HeavySpans;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a head takes of the heap, measured in a process of its own. */
class HeadHeapTest {

  /** What was measured, what the head said, and how many heads or bytes of OTLP it was for. */
  private record Heap(long measured, long said, long of) {}

  private static final Map<String, Heap> HEAPS = new LinkedHashMap<>();

  @BeforeAll
  static void measure() throws Exception {
    ChildJvm.Outcome outcome = ChildJvm.run(160, HeadHeapChild.class);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    outcome
        .output()
        .lines()
        .map(line -> line.split(" "))
        .forEach(words ->
            HEAPS.put(
                words[0],
                new Heap(
                    Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]))));
  }

  @Test
  void anEmptyHeadTakesAtMostSixteenKilobytes() {
    Heap empty = HEAPS.get("EMPTY");
    assertThat(empty.measured() / empty.of()).isBetween(1L, 16L << 10);
    assertThat(empty.said() / empty.of()).isBetween(empty.measured() / empty.of(), 16L << 10);
  }

  @Test
  void aHeadOfOneSpanTakesAtMostSixteenKilobytes() {
    Heap one = HEAPS.get("ONE_SPAN");
    assertThat(one.measured() / one.of()).isBetween(1L, 16L << 10);
    assertThat(one.said() / one.of()).isBetween(one.measured() / one.of(), 24L << 10);
  }

  @ParameterizedTest
  @EnumSource(HeavySpans.class)
  void saysWhatItTakes(HeavySpans kind) {
    Heap heap = HEAPS.get(kind.name());
    assertThat((double) heap.measured() / heap.said()).as(heap.toString()).isBetween(0.8, 1.2);
  }

  @ParameterizedTest
  @EnumSource(HeavySpans.class)
  void takesLittleMoreThanWhatWasSent(HeavySpans kind) {
    Heap heap = HEAPS.get(kind.name());
    double most =
        switch (kind) {
          case LONG_VALUES, LONG_RESOURCES -> 1.1;
          case ONE_TRACE, PLAIN -> 1.3;
          case NEW_KEYS, HUGE_TRACE -> 1.4;
        };
    assertThat((double) heap.said() / heap.of()).as(heap.toString()).isLessThan(most);
  }
}
