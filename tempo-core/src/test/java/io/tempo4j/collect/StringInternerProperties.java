package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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
}
