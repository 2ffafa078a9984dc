package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.storage.ReadPolicy;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ByteRangeProperties {

  @Property(tries = 300)
  void joinedRangesContainAllThatIsWantedAndKeepToThePolicy(
      @ForAll @Size(max = 30) List<@IntRange(min = 0, max = 5_000) Integer> offsets,
      @ForAll @IntRange(min = 1, max = 400) int length,
      @ForAll @IntRange(min = 1, max = 300) int gap,
      @ForAll @IntRange(min = 1, max = 2_000) int most) {
    ReadPolicy policy = new ReadPolicy(gap, most, 1, 1);
    List<ByteRange> wanted = new ArrayList<>();
    offsets.forEach(offset -> wanted.add(new ByteRange(offset, length + offset % 7)));

    List<ByteRange> joined = ByteRange.joined(wanted, policy);

    for (ByteRange range : wanted) {
      assertThat(joined).anyMatch(one -> one.contains(range.offset(), range.length()));
    }
    assertThat(joined).isSortedAccordingTo(ByteRange.BY_OFFSET);
    for (ByteRange range : joined) {
      assertThat(range.length()).isLessThanOrEqualTo(Math.max(most, length + 6));
      assertThat(wanted).anyMatch(one -> one.offset() == range.offset());
      assertThat(wanted).anyMatch(one -> one.end() == range.end());
    }
  }

  @Test
  void neighboursAreJoinedUpToTheGap() {
    ReadPolicy policy = new ReadPolicy(10, 1_000, 1, 1);
    assertThat(
            ByteRange.joined(
                List.of(new ByteRange(41, 5), new ByteRange(0, 10), new ByteRange(20, 10)), policy))
        .containsExactly(new ByteRange(0, 30), new ByteRange(41, 5));
  }
}
