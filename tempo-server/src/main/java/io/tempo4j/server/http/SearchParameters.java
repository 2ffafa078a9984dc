package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchRequest.Detail;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of {@code /api/search}, in TraceQL or in the form that was there before. */
public final class SearchParameters {

  private static final Set<String> OWN =
      Set.of("q", "tags", "minDuration", "maxDuration", "limit", "spss", "start", "end", "explain");

  private final Queries bounds;

  /** Reads within these bounds. */
  public SearchParameters(Queries bounds) {
    this.bounds = bounds;
  }

  /**
   * The search that the parameters ask for.
   *
   * @throws BadRequestException if they cannot be used
   */
  public SearchRequest parse(QueryParams params) throws BadRequestException {
    String query = params.get("q", "");
    checkLength(query, bounds);
    long start = TimeParameters.seconds(params, "start");
    long end = TimeParameters.seconds(params, "end");
    boolean ranged = start != 0 || end != 0;
    if (ranged) {
      checkRange(start, end);
    }
    int limit = limit(params);
    int spansPerSpanset = spansPerSpanset(params);
    if (query.isEmpty()) {
      query = legacyQuery(params, ranged);
    } else if (!params.get("tags", "").isEmpty()) {
      throw new BadRequestException("invalid request: can't specify tags and q in the same query");
    }
    return new SearchRequest(
        query,
        start * 1_000_000_000L,
        ranged ? end * 1_000_000_000L : Long.MAX_VALUE,
        limit,
        spansPerSpanset,
        TraceFilterParameters.truth(params, "explain") ? Detail.EXPLANATION : Detail.TRACES);
  }

  /** Checks the length of a TraceQL query. */
  static void checkLength(String query, Queries bounds) throws BadRequestException {
    int queryBytes = query.getBytes(StandardCharsets.UTF_8).length;
    if (queryBytes > bounds.maxExpressionBytes()) {
      throw new BadRequestException(
          "TraceQL expression of "
              + queryBytes
              + " bytes exceeds the maximum of "
              + bounds.maxExpressionBytes()
              + " bytes");
    }
  }

  private void checkRange(long start, long end) throws BadRequestException {
    String received = ". received start=" + start + " end=" + end;
    if (start >= end) {
      throw new BadRequestException("http parameter start must be before end" + received);
    }
    long maxSeconds = bounds.maxSearchRange().toSeconds();
    if (maxSeconds > 0 && end - start > maxSeconds) {
      throw new BadRequestException(
          "range specified by start and end exceeds "
              + GoDuration.format(bounds.maxSearchRange())
              + received);
    }
  }

  private int limit(QueryParams params) throws BadRequestException {
    String text = params.get("limit", "");
    if (text.isEmpty()) {
      return bounds.defaultLimit();
    }
    int limit = positive("limit", text);
    if (limit == 0) {
      throw new BadRequestException("invalid limit: must be a positive number");
    }
    if (bounds.maxLimit() > 0 && limit > bounds.maxLimit()) {
      throw new BadRequestException("limit " + limit + " exceeds max limit " + bounds.maxLimit());
    }
    return limit;
  }

  private int spansPerSpanset(QueryParams params) throws BadRequestException {
    String text = params.get("spss", "");
    int max = bounds.maxSpansPerSpanset();
    if (text.isEmpty()) {
      return bounds.defaultSpansPerSpanset();
    }
    int spss = positive("spss", text);
    if (spss == 0) {
      return max == 0 ? Integer.MAX_VALUE : max;
    }
    if (max > 0 && spss > max) {
      throw new BadRequestException("spans per span set exceeds " + max + ". received " + spss);
    }
    return spss;
  }

  private static int positive(String name, String text) throws BadRequestException {
    int value = WholeNumber.parse(name, text);
    if (value < 0) {
      throw new BadRequestException("invalid " + name + ": must be a positive number");
    }
    return value;
  }

  /** Parameters that nobody knows were tags once; clients of that time send nothing else. */
  private static String legacyQuery(QueryParams params, boolean ranged) throws BadRequestException {
    Duration minDuration = duration(params, "minDuration");
    Duration maxDuration = duration(params, "maxDuration");
    if (minDuration != null && maxDuration != null && minDuration.compareTo(maxDuration) > 0) {
      throw new BadRequestException(
          "invalid maxDuration: must be greater than minDuration. received minDuration="
              + GoDuration.format(minDuration)
              + " maxDuration="
              + GoDuration.format(maxDuration));
    }
    Map<String, String> tags = new LinkedHashMap<>();
    String text = params.get("tags");
    if (text != null) {
      tags.putAll(LegacyTags.parse(text));
    } else if (!ranged && !params.contains("q")) {
      for (Map.Entry<String, String> param : params) {
        if (!OWN.contains(param.getKey())) {
          tags.put(param.getKey(), param.getValue());
        }
      }
    }
    return LegacyTags.toTraceQl(tags, minDuration, maxDuration);
  }

  private static @Nullable Duration duration(QueryParams params, String name)
      throws BadRequestException {
    return params.get(name, "").isEmpty() ? null : TimeParameters.duration(params, name);
  }
}
