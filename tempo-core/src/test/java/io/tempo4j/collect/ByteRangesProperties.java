package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ByteRangesProperties {

  @Property
  void rangesAreEqualIfNoByteDiffers(
      @ForAll @IntRange(max = 40) int length,
      @ForAll @IntRange(max = 9) int fromA,
      @ForAll @IntRange(max = 9) int fromB,
      @ForAll long seed) {
    byte[] a = new byte[fromA + length];
    new Random(seed).nextBytes(a);
    byte[] b = new byte[fromB + length];
    System.arraycopy(a, fromA, b, fromB, length);

    assertThat(ByteRanges.equal(a, fromA, b, fromB, length)).isTrue();
    for (int i = 0; i < length; i++) {
      b[fromB + i] ^= 1;
      assertThat(ByteRanges.equal(a, fromA, b, fromB, length)).as("byte %d", i).isFalse();
      b[fromB + i] ^= 1;
    }
  }

  @Example
  void nothingIsReadBeyondAnArray() {
    for (int length = 1; length < 20; length++) {
      int beyond = length;
      assertThatThrownBy(
              () -> ByteRanges.equal(new byte[beyond], 0, new byte[beyond - 1], 0, beyond))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
