package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.api.MetricsArguments;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the parameters of {@code /api/metrics/query_range} and {@code /api/metrics/query}. */
final class MetricsParameters {

  private final Queries bounds;
  private final InstantSource clock;

  MetricsParameters(Queries bounds, InstantSource clock) {
    this.bounds = bounds;
    this.clock = clock;
  }

  /**
   * The series over a range that the parameters ask for.
   *
   * @throws BadRequestException if they cannot be used
   */
  MetricsRequest range(QueryParams params) throws BadRequestException {
    String exemplars = params.get("exemplars", "");
    return arguments(
            params,
            step(params),
            exemplars.isEmpty() ? 0 : WholeNumber.parse("exemplars", exemplars))
        .range(bounds, clock);
  }

  /**
   * The single values that the parameters ask for.
   *
   * @throws BadRequestException if they cannot be used
   */
  MetricsRequest instant(QueryParams params) throws BadRequestException {
    return arguments(params, OptionalLong.empty(), 0).instant(bounds, clock);
  }

  private static MetricsArguments arguments(QueryParams params, OptionalLong step, int exemplars)
      throws BadRequestException {
    Optional<Duration> since =
        params.get("since", "").isEmpty()
            ? Optional.empty()
            : Optional.of(TimeParameters.duration(params, "since"));
    return new MetricsArguments(
        query(params), moment(params, "start"), moment(params, "end"), since, step, exemplars, 0);
  }

  /** {@code q} is what all of this API calls it, {@code query} what Prometheus' clients do. */
  private static String query(QueryParams params) {
    String query = params.get("q", "");
    return query.isEmpty() ? params.get("query", "") : query;
  }

  private static OptionalLong moment(QueryParams params, String name) throws BadRequestException {
    return params.get(name, "").isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(TimeParameters.moment(params, name));
  }

  /** What is below 0 is refused as 0 is, in whatever form it comes. */
  private static OptionalLong step(QueryParams params) throws BadRequestException {
    String text = params.get("step", "");
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(text.startsWith("-") ? 0 : TimeParameters.length(params, "step"));
  }
}
