package io.tempo4j.query.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.query.scan.Value;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class NumberSumProperties {

  private static double mean(NumberSum sum) {
    return ((Value.Real) sum.mean()).value();
  }

  @Property
  void meansOfIntegersAreExactUpToTheirRounding(
      @ForAll @Size(min = 1, max = 30) List<Long> numbers) {
    NumberSum sum = new NumberSum();
    numbers.forEach(sum::add);

    double exact =
        numbers.stream()
            .map(BigDecimal::valueOf)
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .doubleValue();

    assertThat(mean(sum)).isEqualTo(exact / numbers.size());
    assertThat(sum.sum())
        .isEqualTo(new Value.Int(numbers.stream().mapToLong(Long::longValue).sum()));
  }

  @Example
  void whatCancelsOutLeavesTheRest() {
    NumberSum sum = new NumberSum();
    sum.add(Long.MAX_VALUE);
    sum.add(1e300);
    sum.add(-6L);
    sum.add(-1e300);
    sum.add(-Long.MAX_VALUE);

    assertThat(mean(sum)).isEqualTo(-6.0 / 5);
  }

  @Example
  void infinitiesStay() {
    NumberSum sum = new NumberSum();
    sum.add(Double.NEGATIVE_INFINITY);
    sum.add(1L);

    assertThat(mean(sum)).isEqualTo(Double.NEGATIVE_INFINITY);
    sum.add(Double.POSITIVE_INFINITY);
    assertThat(mean(sum)).isNaN();
  }
}
