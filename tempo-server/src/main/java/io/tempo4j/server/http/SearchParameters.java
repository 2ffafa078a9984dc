package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchRequest.Detail;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.api.LegacySearch;
import io.tempo4j.server.api.SearchArguments;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the parameters of {@code /api/search}, in TraceQL or in the form that was there before. */
final class SearchParameters {

  private static final Set<String> OWN =
      Set.of("q", "tags", "minDuration", "maxDuration", "limit", "spss", "start", "end", "explain");

  private final Queries bounds;

  SearchParameters(Queries bounds) {
    this.bounds = bounds;
  }

  /**
   * The search that the parameters ask for.
   *
   * @throws BadRequestException if they cannot be used
   */
  SearchRequest parse(QueryParams params) throws BadRequestException {
    String query = params.get("q", "");
    long start = TimeParameters.seconds(params, "start");
    long end = TimeParameters.seconds(params, "end");
    OptionalLong limit = number(params, "limit");
    OptionalLong spansPerSpanset = number(params, "spss");
    LegacySearch legacy =
        query.isEmpty()
            ? new LegacySearch(
                tags(params, start != 0 || end != 0),
                duration(params, "minDuration"),
                duration(params, "maxDuration"))
            : new LegacySearch(
                LegacySearch.parseTags(params.get("tags", "")), Optional.empty(), Optional.empty());
    Detail detail =
        TraceFilterParameters.truth(params, "explain") ? Detail.EXPLANATION : Detail.TRACES;
    return new SearchArguments(query, legacy, start, end, limit, spansPerSpanset, detail)
        .request(bounds);
  }

  private static OptionalLong number(QueryParams params, String name) throws BadRequestException {
    String text = params.get(name, "");
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(WholeNumber.parse(name, text));
  }

  /** Parameters that nobody knows were tags once; clients of that time send nothing else. */
  private static Map<String, String> tags(QueryParams params, boolean ranged)
      throws BadRequestException {
    String text = params.get("tags");
    if (text != null) {
      return LegacySearch.parseTags(text);
    }
    Map<String, String> tags = new LinkedHashMap<>();
    if (!ranged && !params.contains("q")) {
      for (Map.Entry<String, String> param : params) {
        if (!OWN.contains(param.getKey())) {
          tags.put(param.getKey(), param.getValue());
        }
      }
    }
    return tags;
  }

  private static Optional<Duration> duration(QueryParams params, String name)
      throws BadRequestException {
    return params.get(name, "").isEmpty()
        ? Optional.empty()
        : Optional.of(TimeParameters.duration(params, name));
  }
}
