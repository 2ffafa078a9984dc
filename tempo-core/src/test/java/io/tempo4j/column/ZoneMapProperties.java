package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZoneMapProperties {

  @Property
  void joinedBoundsOfIntegersHoldForBoth(
      @ForAll @NotEmpty long[] one, @ForAll @NotEmpty long[] other) {
    ZoneMap joined = ofLongs(one).joined(ofLongs(other), ValueType.INT);

    long[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    assertThat(joined).isEqualTo(ofLongs(all));
  }

  private static ZoneMap ofLongs(long[] values) {
    return ZoneMap.ofLongs(
        values.length,
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }

  @Property
  void joinedBoundsOfDoublesHoldForBoth(
      @ForAll double a, @ForAll double b, @ForAll double c, @ForAll double d) {
    ZoneMap joined = ofDoubles(a, b).joined(ofDoubles(c, d), ValueType.DOUBLE);

    assertThat(Double.longBitsToDouble(joined.min()))
        .isEqualTo(Arrays.stream(new double[] {a, b, c, d}).min().orElseThrow());
    assertThat(Double.longBitsToDouble(joined.max()))
        .isEqualTo(Arrays.stream(new double[] {a, b, c, d}).max().orElseThrow());
  }

  private static ZoneMap ofDoubles(double a, double b) {
    return ZoneMap.ofLongs(
        2, Double.doubleToRawLongBits(Math.min(a, b)), Double.doubleToRawLongBits(Math.max(a, b)));
  }

  @Property
  void joinedBoundsOfTextsHoldForBoth(
      @ForAll byte[] a, @ForAll byte[] b, @ForAll byte[] c, @ForAll byte[] d) {
    ZoneMap joined = ofTexts(a, b).joined(ofTexts(c, d), ValueType.STRING);

    for (byte[] text : new byte[][] {a, b, c, d}) {
      assertThat(Arrays.compareUnsigned(joined.minBytes(), text)).isLessThanOrEqualTo(0);
      assertThat(Arrays.compareUnsigned(joined.maxBytes(), text)).isGreaterThanOrEqualTo(0);
    }
  }

  private static ZoneMap ofTexts(byte[] a, byte @Nullable [] b) {
    boolean isOrdered = b == null || Arrays.compareUnsigned(a, b) <= 0;
    return new ZoneMap(2, true, 0, 0, isOrdered ? a : b, isOrdered ? b : a);
  }

  @Test
  void whatHasNoBoundHasNoneTogetherWithOthers() {
    byte[] text = {1};
    ZoneMap open = ofTexts(text, null);
    assertThat(open.joined(ofTexts(text, text), ValueType.STRING).maxBytes()).isNull();
    assertThat(ofTexts(text, text).joined(open, ValueType.STRING).maxBytes()).isNull();
    assertThat(ZoneMap.ofLongs(3, 1, 2).joined(ZoneMap.unbounded(4), ValueType.INT))
        .isEqualTo(ZoneMap.unbounded(7));
    assertThat(ZoneMap.unbounded(Integer.MAX_VALUE).joined(ZoneMap.unbounded(4), ValueType.ANY))
        .isEqualTo(ZoneMap.unbounded(Integer.MAX_VALUE));
  }
}
