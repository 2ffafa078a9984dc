package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Reads the parameters of {@code /api/metrics/query_range} and {@code /api/metrics/query}. */
public final class MetricsParameters {

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

  private final Queries bounds;
  private final InstantSource clock;

  /** Reads within these bounds. */
  public MetricsParameters(Queries bounds, InstantSource clock) {
    this.bounds = bounds;
    this.clock = clock;
  }

  /** A time range in Unix nanoseconds. */
  private record Range(long start, long end) {}

  /**
   * The series over a range that the parameters ask for.
   *
   * @throws BadRequestException if they cannot be used
   */
  public MetricsRequest range(QueryParams params) throws BadRequestException {
    Range range = timeRange(params);
    long step = step(params, range);
    int maxIntervals = bounds.metrics().maxIntervals();
    long length = range.end - range.start;
    if (maxIntervals > 0 && length / step > maxIntervals) {
      throw new BadRequestException(
          "step of %s is too small, minimum step for given range is %s"
              .formatted(
                  GoDuration.format(Duration.ofNanos(step)),
                  GoDuration.format(Duration.ofNanos(length / maxIntervals))));
    }
    return request(MetricsRequest.Form.RANGE, params, range, step, exemplars(params));
  }

  /**
   * The single values that the parameters ask for.
   *
   * @throws BadRequestException if they cannot be used
   */
  public MetricsRequest instant(QueryParams params) throws BadRequestException {
    Range range = timeRange(params);
    return request(MetricsRequest.Form.INSTANT, params, range, range.end - range.start, 0);
  }

  private MetricsRequest request(
      MetricsRequest.Form form, QueryParams params, Range range, long step, int exemplars)
      throws BadRequestException {
    String query = query(params);
    int maxSeries = bounds.metrics().maxSeries();
    try {
      return new MetricsRequest(
          form,
          query,
          range.start,
          range.end,
          step,
          exemplars,
          maxSeries == 0 ? Integer.MAX_VALUE : maxSeries);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(String.valueOf(e.getMessage()));
    }
  }

  /** {@code q} is what all of this API calls it, {@code query} what Prometheus' clients do. */
  private String query(QueryParams params) throws BadRequestException {
    String query = params.get("q", "");
    if (query.isEmpty()) {
      query = params.get("query", "");
    }
    SearchParameters.checkLength(query, bounds);
    return query;
  }

  private Range timeRange(QueryParams params) throws BadRequestException {
    long now = nanos(clock.instant());
    long end = params.get("end", "").isEmpty() ? now : TimeParameters.moment(params, "end");
    long start;
    if (params.get("start", "").isEmpty()) {
      Duration since =
          params.get("since", "").isEmpty()
              ? DEFAULT_SINCE
              : TimeParameters.duration(params, "since");
      start = Math.max(1, Math.min(end, now) - since.toNanos());
    } else {
      start = TimeParameters.moment(params, "start");
    }
    if (end <= start) {
      throw new BadRequestException("end must be greater than start");
    }
    Duration maxRange = bounds.metrics().maxRange();
    if (!maxRange.isZero() && end - start > maxRange.toNanos()) {
      throw new BadRequestException(
          "metrics query time range exceeds the maximum allowed duration of "
              + GoDuration.format(maxRange));
    }
    return new Range(start, end);
  }

  private static long nanos(Instant instant) {
    return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
  }

  private static long step(QueryParams params, Range range) throws BadRequestException {
    String text = params.get("step", "");
    if (text.isEmpty()) {
      return defaultStep(range.end - range.start);
    }
    if (text.startsWith("-")) {
      throw new BadRequestException("step must be greater than 0");
    }
    long step = TimeParameters.length(params, "step");
    if (step == 0) {
      throw new BadRequestException("step must be greater than 0");
    }
    return step;
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

  private int exemplars(QueryParams params) throws BadRequestException {
    int max = bounds.metrics().maxExemplars();
    String text = params.get("exemplars", "");
    if (text.isEmpty()) {
      return max;
    }
    int wanted = WholeNumber.parse("exemplars", text);
    return wanted <= 0 ? max : Math.min(wanted, max);
  }
}
