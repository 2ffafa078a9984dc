package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HashSeedTest {

  private static final int SLOTS = 1 << 12;

  /** Numbers of which somebody who knows the seed can tell that they meet in one slot. */
  private static List<Long> crafted(HashSeed seed) {
    List<Long> crafted = new ArrayList<>();
    for (long number = 1; crafted.size() < 1000; number++) {
      if ((seed.hash(number) & SLOTS - 1) == 0) {
        crafted.add(number);
      }
    }
    return crafted;
  }

  private static int slots(List<Long> numbers, ToIntFunction<Long> hash) {
    BitSet slots = new BitSet();
    numbers.forEach(number -> slots.set(hash.applyAsInt(number) & SLOTS - 1));
    return slots.cardinality();
  }

  @Test
  void numbersThatMeetUnderOneSeedAreSpreadUnderOthers() {
    List<Long> crafted = crafted(HashSeed.of(1));

    assertThat(slots(crafted, HashSeed.of(1)::hash)).isEqualTo(1);
    for (int other = 2; other < 12; other++) {
      // 1,000 thrown at random into 4,096 hit about 887
      assertThat(slots(crafted, HashSeed.of(other)::hash)).isGreaterThan(800);
    }
    assertThat(slots(crafted, HashSeed.ofProcess()::hash)).isGreaterThan(800);
  }

  @Test
  void numbersThatMeetUnderAConstantMultiplierAreSpread() {
    long inverse = inverse(0x9E37_79B9_7F4A_7C15L);
    List<Long> crafted = new ArrayList<>();
    for (long i = 0; i < 1000; i++) {
      crafted.add((i << 52) * inverse);
    }

    assertThat(slots(crafted, HashSeed.of(1)::hash)).isGreaterThan(800);
    assertThat(slots(crafted, n -> HashSeed.of(1).hash(n, 0))).isGreaterThan(800);
    assertThat(slots(crafted, n -> HashSeed.of(1).hash(0, n))).isGreaterThan(800);
  }

  private static long inverse(long odd) {
    long inverse = odd;
    for (int i = 0; i < 6; i++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  @Test
  void textsAreNumberedAlikeUnderEverySeed() {
    Random random = new Random(3);
    StringInterner one = new StringInterner(unbounded(), HashSeed.of(1));
    StringInterner other = new StringInterner(unbounded(), HashSeed.of(2));
    for (int i = 0; i < 5000; i++) {
      byte[] text = ByteBuffer.allocate(8).putLong(random.nextInt(2000)).array();
      int length = random.nextInt(9);
      assertThat(other.intern(text, 8 - length, length))
          .isEqualTo(one.intern(text, 8 - length, length));
    }
  }

  private static ByteLease unbounded() {
    return ByteBudget.unbounded("texts").lease();
  }

  @Property(tries = 50)
  void aSetOfNumbersHasEachOnce(@ForAll long seed) {
    Random random = new Random(seed);
    LongSet numbers = new LongSet(HashSeed.of(seed));
    Set<Long> model = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      long number = random.nextInt(1500) - 700;
      assertThat(numbers.add(number)).isEqualTo(model.add(number));
    }
  }
}
