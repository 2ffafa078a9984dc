package io.tempo4j.query.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts of the OpenTelemetry specification, "TraceState: Probability Sampling". */
class TraceStateSamplingTest {

  @ParameterizedTest(name = "{0} stands for {1} spans: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ot=th:0                       | 1     | a threshold of 0 keeps all
          ot=th:8                       | 2     | zeros on the right are left out
          ot=th:80000000000000          | 2     | and may stand there
          ot=th:c                       | 4     | digits are hexadecimal
          ot=th:e                       | 8     | the larger the threshold, the fewer are kept
          ot=th:fd70a4                  | 100   | 1 in 100, with the usual precision
          ot=th:ffffffffffffff          | 72057594037927936 | one of 2^56
          ot=rv:abcdef01234567;th:8     | 2     | after other sub-keys
          ot=th:8;rv:abcdef01234567     | 2     | before other sub-keys
          rojo=00f067,ot=th:8           | 2     | after other members
          rojo=00f067 , ot=th:8\t       | 2     | with blanks around members
          ot=th:8,congo=t61             | 2     | before other members
          ''                            | 1     | no trace state
          rojo=th:8                     | 1     | another member
          ot=rv:8                       | 1     | another sub-key
          ot=th:                        | 1     | no digit
          ot=th:800000000000000         | 1     | 15 digits
          ot=th:8G                      | 1     | no digit of base 16
          ot=th:A                       | 1     | upper case
          oth:8                         | 1     | no member
          ,,=,;ot                       | 1     | no list
          """)
  void theThresholdSaysHowManySpansOneStandsFor(String state, double spans, String fact) {
    byte[] bytes = ("<" + state + ">").getBytes(UTF_8);
    assertThat(TraceStateSampling.weight(bytes, 1, bytes.length - 1))
        .as(fact)
        .isCloseTo(spans, org.assertj.core.data.Percentage.withPercentage(0.001));
  }
}
