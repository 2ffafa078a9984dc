package io.tempo4j.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0s",
    "0s, 0, 0s",
    "30s, 30000000000, 30s",
    "1h30m, 5400000000000, 1h30m0s",
    "1.5s, 1500000000, 1.5s",
    ".5m, 30000000000, 30s",
    "100ms, 100000000, 100ms",
    "10us, 10000, 10µs",
    "10µs, 10000, 10µs",
    "7ns, 7, 7ns",
    "168h, 604800000000000, 168h0m0s",
    "1d, 86400000000000, 24h0m0s",
    "2w, 1209600000000000, 336h0m0s",
    "1m0.5s, 60500000000, 1m0.5s",
  })
  void parsesAndPrintsAsGoDoes(String text, long nanos, String printed) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
    assertThat(GoDuration.format(Duration.ofNanos(nanos))).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-1s", "1 s", "s", "1x", "1h 5m", "1..5s", "300y"})
  void refusesWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Property
  void printedDurationsParseToThemselves(@ForAll @LongRange(min = 0) long nanos) {
    Duration duration = Duration.ofNanos(nanos);
    assertThat(GoDuration.parse(GoDuration.format(duration))).isEqualTo(duration);
  }
}
