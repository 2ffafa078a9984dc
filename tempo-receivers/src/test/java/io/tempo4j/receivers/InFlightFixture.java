package io.tempo4j.receivers;

import io.tempo4j.memory.ByteBudget;
import java.time.Duration;

/** Admissions for tests below this package. */
public final class InFlightFixture {

  private InFlightFixture() {}

  /** An admission that lets everything in. */
  public static Admission admission() {
    return admission(Long.MAX_VALUE / 2);
  }

  /** An admission among bytes up to that bound. */
  public static Admission admission(long maxBytes) {
    try {
      return new InFlight(
              new IntakeLimits(1, maxBytes, Duration.ofSeconds(1)),
              ByteBudget.unbounded("requests"))
          .enter();
    } catch (RequestRefusedException e) {
      throw new AssertionError(e);
    }
  }
}
