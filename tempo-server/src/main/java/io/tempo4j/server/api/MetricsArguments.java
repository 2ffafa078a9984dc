package io.tempo4j.server.api;

import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client asks a metrics query for, before defaults and bounds.
 *
 * @param query TraceQL
 * @param start Unix nanoseconds; if empty, {@code since} says how long the range is
 * @param end Unix nanoseconds; if empty, it ends now
 * @param since how long before its end, or before now, the range starts; empty for the default
 * @param step nanoseconds between two points; empty for what fits the range
 * @param exemplars most exemplars; not above 0 for the server's bound
 * @param maxSeries most series; not above 0 for the server's bound
 */
public record MetricsArguments(
    String query,
    OptionalLong start,
    OptionalLong end,
    Optional<Duration> since,
    OptionalLong step,
    long exemplars,
    long maxSeries) {

  private static final long SECOND = 1_000_000_000L;
  private static final Duration DEFAULT_SINCE = Duration.ofHours(1);

  /** What a default step is a multiple of: the largest of these that is shorter. */
  private static final List<Duration> STEP_UNITS =
      List.of(
          Duration.ofHours(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  private static final Duration SHORT_RANGE = Duration.ofMinutes(1);
  private static final Duration SHORT_STEP_UNIT = Duration.ofMillis(50);
  private static final int DEFAULT_POINTS = 240;

  /** A time range in Unix nanoseconds. */
  private record Range(long start, long end) {
    long length() {
      return end - start;
    }
  }

  /**
   * The series over a range that are asked for.
   *
   * @param clock says when it is now
   * @throws BadRequestException if the arguments contradict each other or the bounds
   */
  public MetricsRequest range(Queries bounds, InstantSource clock) throws BadRequestException {
    Range range = timeRange(bounds, clock);
    long stepNanos = step(range);
    int maxIntervals = bounds.metrics().maxIntervals();
    if (maxIntervals > 0 && range.length() / stepNanos > maxIntervals) {
      throw new BadRequestException(
          "step of %s is too small, minimum step for given range is %s"
              .formatted(
                  GoDuration.format(Duration.ofNanos(stepNanos)),
                  GoDuration.format(Duration.ofNanos(range.length() / maxIntervals))));
    }
    int most = atMost(exemplars, bounds.metrics().maxExemplars());
    return request(MetricsRequest.Form.RANGE, bounds, range, stepNanos, most);
  }

  /**
   * The single values over a range that are asked for.
   *
   * @param clock says when it is now
   * @throws BadRequestException if the arguments contradict each other or the bounds
   */
  public MetricsRequest instant(Queries bounds, InstantSource clock) throws BadRequestException {
    Range range = timeRange(bounds, clock);
    return request(MetricsRequest.Form.INSTANT, bounds, range, range.length(), 0);
  }

  private MetricsRequest request(
      MetricsRequest.Form form, Queries bounds, Range range, long stepNanos, int mostExemplars)
      throws BadRequestException {
    ExpressionLength.check(query, bounds);
    int bound = bounds.metrics().maxSeries();
    int mostSeries = atMost(maxSeries, bound == 0 ? Integer.MAX_VALUE : bound);
    try {
      return new MetricsRequest(
          form, query, range.start, range.end, stepNanos, mostExemplars, mostSeries);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(String.valueOf(e.getMessage()));
    }
  }

  private static int atMost(long wanted, int bound) {
    return wanted <= 0 ? bound : (int) Math.min(wanted, bound);
  }

  private Range timeRange(Queries bounds, InstantSource clock) throws BadRequestException {
    long now = nanos(clock.instant());
    long to = end.orElse(now);
    long from =
        start.isPresent()
            ? start.getAsLong()
            : Math.max(1, Math.min(to, now) - since.orElse(DEFAULT_SINCE).toNanos());
    if (to <= from) {
      throw new BadRequestException("end must be greater than start");
    }
    Duration maxRange = bounds.metrics().maxRange();
    if (!maxRange.isZero() && to - from > maxRange.toNanos()) {
      throw new BadRequestException(
          "metrics query time range exceeds the maximum allowed duration of "
              + GoDuration.format(maxRange));
    }
    return new Range(from, to);
  }

  private static long nanos(Instant instant) {
    return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
  }

  private long step(Range range) throws BadRequestException {
    long nanos = step.orElseGet(() -> defaultStep(range.length()));
    if (nanos < 1) {
      throw new BadRequestException("step must be greater than 0");
    }
    return nanos;
  }

  /** About 240 points, at a step that people would choose. */
  private static long defaultStep(long range) {
    long wanted = range / DEFAULT_POINTS;
    if (range < SHORT_RANGE.toNanos()) {
      long unit = SHORT_STEP_UNIT.toNanos();
      return wanted > unit ? wanted - wanted % unit : unit;
    }
    for (Duration unit : STEP_UNITS) {
      if (wanted > unit.toNanos()) {
        return wanted - wanted % unit.toNanos();
      }
    }
    return SECOND;
  }
}
