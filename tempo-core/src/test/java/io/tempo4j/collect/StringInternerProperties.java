package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StringInternerProperties {

  /** Latin-1, so that a text has as many bytes as characters and any byte may occur. */
  private static final int MAX_LENGTH = 24;

  @Property(tries = 60)
  void entriesAreNumberedInTheOrderOfTheirFirstOccurrence(
      @ForAll @IntRange(min = 1, max = 5000) int texts,
      @ForAll @IntRange(min = 1, max = 256) int alphabet,
      @ForAll long seed) {
    Random random = new Random(seed);
    StringInterner interner = new StringInterner();
    Map<String, Integer> expected = new LinkedHashMap<>();
    for (int i = 0; i < texts; i++) {
      byte[] buffer = new byte[random.nextInt(MAX_LENGTH + 1) + 2];
      for (int at = 0; at < buffer.length; at++) {
        buffer[at] = (byte) random.nextInt(alphabet);
      }
      int length = buffer.length - 2;
      String text = new String(buffer, 1, length, StandardCharsets.ISO_8859_1);
      Integer known = expected.get(text);

      assertThat(interner.find(buffer, 1, length)).isEqualTo(known == null ? -1 : known);
      assertThat(interner.intern(buffer, 1, length))
          .isEqualTo(known == null ? expected.size() : known);
      expected.putIfAbsent(text, expected.size());
    }

    assertThat(interner.size()).isEqualTo(expected.size());
    expected.forEach((text, number) -> {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(interner.find(bytes, 0, bytes.length)).isEqualTo(number);
    });
  }

  @Property(tries = 200)
  void numbersAreThoseOfAListOfDistinctStrings(@ForAll long seed) {
    Random random = new Random(seed);
    ByteLease lease = ByteBudget.unbounded("texts").lease();
    StringInterner interner = new StringInterner(lease);
    List<String> model = new ArrayList<>();
    for (int step = 0; step < 2000; step++) {
      if (random.nextInt(100) == 0) {
        int count = random.nextInt(model.size() + 1);
        interner.truncate(count);
        model.subList(count, model.size()).clear();
      }
      int times = random.nextInt(60) == 0 ? 1500 : random.nextInt(3);
      String text = Integer.toString(random.nextInt(3000), 36).repeat(times);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(interner.find(bytes, 0, bytes.length)).isEqualTo(model.indexOf(text));
      if (!model.contains(text)) {
        model.add(text);
      }
      assertThat(interner.intern(bytes, 0, bytes.length)).isEqualTo(model.indexOf(text));
      assertThat(interner.size()).isEqualTo(model.size());
      assertThat(interner.heapBytes()).isEqualTo(lease.bytes());
    }
    assertThat(interner.byteCount()).isEqualTo(model.stream().mapToLong(String::length).sum());
    for (int code = 0; code < model.size(); code++) {
      assertThat(interner.dictionary().string(code)).isEqualTo(model.get(code));
    }
  }
}
