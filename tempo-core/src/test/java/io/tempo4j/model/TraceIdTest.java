package io.tempo4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceIdTest {

  @ParameterizedTest
  @CsvSource({
    "00000000000000000000000000000001, 1",
    "0abc0000000000000000000000000000, abc0000000000000000000000000000",
    "ffffffffffffffffffffffffffffffff, ffffffffffffffffffffffffffffffff",
    "00000000000000000000000000000000, 0",
  })
  void shortFormLosesTheZerosOnTheLeft(String id, String shortened) {
    assertThat(TraceId.parse(id).toShortHex()).isEqualTo(shortened);
    assertThat(TraceId.parse(shortened)).isEqualTo(TraceId.parse(id));
  }
}
