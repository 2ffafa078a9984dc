package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.api.ExpressionLength;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.util.Optional;
import java.util.Set;

/** Reads which spans of a trace are wanted: {@code q} and what goes with it. */
final class TraceFilterParameters {

  /** Go's spellings of truth values. */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  /** How clients write that all levels are wanted. */
  private static final int ALL_LEVELS = -1;

  private final Queries bounds;

  TraceFilterParameters(Queries bounds) {
    this.bounds = bounds;
  }

  /**
   * The filter that the parameters ask for; nothing without {@code q}, whatever the others are.
   *
   * @throws BadRequestException if they cannot be used
   */
  Optional<TraceFilter> parse(QueryParams params) throws BadRequestException {
    String query = params.get("q", "").strip();
    if (query.isEmpty()) {
      return Optional.empty();
    }
    ExpressionLength.check(query, bounds);
    int ancestors =
        truth(params, "keep_hierarchy") ? levels(params, "ancestor_depth", ALL_LEVELS) : 0;
    return Optional.of(new TraceFilter(query, ancestors, levels(params, "match_depth", 0)));
  }

  /**
   * A truth value; false if there is none.
   *
   * @throws BadRequestException if it is no such value
   */
  static boolean truth(QueryParams params, String name) throws BadRequestException {
    String value = params.get(name, "");
    if (!value.isEmpty() && !TRUE.contains(value) && !FALSE.contains(value)) {
      throw BadRequestException.invalid(name, "true or false", value);
    }
    return TRUE.contains(value);
  }

  private static int levels(QueryParams params, String name, int absent)
      throws BadRequestException {
    String value = params.get(name, "");
    int levels = value.isEmpty() ? absent : WholeNumber.parse(name, value);
    if (levels < ALL_LEVELS) {
      throw new BadRequestException("invalid " + name + " " + levels + ": must be >= -1");
    }
    return levels == ALL_LEVELS ? TraceFilter.ALL : levels;
  }
}
