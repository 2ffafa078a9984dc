package io.tempo4j.server.api;

import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchRequest.Detail;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.server.config.TempoConfig.Queries;
import java.util.OptionalLong;

/**
 * What a client asks a search for, before defaults and bounds.
 *
 * @param query TraceQL; if it is empty, {@code legacy} says what is searched for
 * @param legacy the form that was there before TraceQL; its durations count only without a query
 * @param startSeconds whole Unix seconds that fit in nanoseconds
 * @param endSeconds the same; 0 for both is no bound
 * @param limit most traces; empty for the default
 * @param spansPerSpanset most spans of a spanset; 0 for as many as the server allows, empty for the
 *     default
 * @param detail what is returned beside the traces
 */
public record SearchArguments(
    String query,
    LegacySearch legacy,
    long startSeconds,
    long endSeconds,
    OptionalLong limit,
    OptionalLong spansPerSpanset,
    Detail detail) {

  private static final long SECOND = 1_000_000_000L;

  /**
   * The search that is asked for.
   *
   * @throws BadRequestException if the arguments contradict each other or the bounds
   */
  public SearchRequest request(Queries bounds) throws BadRequestException {
    ExpressionLength.check(query, bounds);
    boolean isRanged = startSeconds != 0 || endSeconds != 0;
    if (isRanged) {
      checkRange(bounds);
    }
    return new SearchRequest(
        traceQl(),
        startSeconds * SECOND,
        isRanged ? endSeconds * SECOND : Long.MAX_VALUE,
        limit(bounds),
        spansPerSpanset(bounds),
        detail);
  }

  private String traceQl() throws BadRequestException {
    if (query.isEmpty()) {
      return legacy.traceQl();
    }
    if (!legacy.tags().isEmpty()) {
      throw new BadRequestException("invalid request: can't specify tags and q in the same query");
    }
    return query;
  }

  private void checkRange(Queries bounds) throws BadRequestException {
    String received = ". received start=" + startSeconds + " end=" + endSeconds;
    if (startSeconds >= endSeconds) {
      throw new BadRequestException("http parameter start must be before end" + received);
    }
    long maxSeconds = bounds.maxSearchRange().toSeconds();
    if (maxSeconds > 0 && endSeconds - startSeconds > maxSeconds) {
      throw new BadRequestException(
          "range specified by start and end exceeds "
              + GoDuration.format(bounds.maxSearchRange())
              + received);
    }
  }

  private int limit(Queries bounds) throws BadRequestException {
    if (limit.isEmpty()) {
      return bounds.defaultLimit();
    }
    long wanted = limit.getAsLong();
    if (wanted <= 0) {
      throw notPositive("limit");
    }
    if (bounds.maxLimit() > 0 && wanted > bounds.maxLimit()) {
      throw new BadRequestException("limit " + wanted + " exceeds max limit " + bounds.maxLimit());
    }
    return (int) Math.min(wanted, Integer.MAX_VALUE);
  }

  private int spansPerSpanset(Queries bounds) throws BadRequestException {
    if (spansPerSpanset.isEmpty()) {
      return bounds.defaultSpansPerSpanset();
    }
    long wanted = spansPerSpanset.getAsLong();
    int max = bounds.maxSpansPerSpanset();
    if (wanted < 0) {
      throw notPositive("spss");
    }
    if (wanted == 0) {
      return max == 0 ? Integer.MAX_VALUE : max;
    }
    if (max > 0 && wanted > max) {
      throw new BadRequestException("spans per span set exceeds " + max + ". received " + wanted);
    }
    return (int) Math.min(wanted, Integer.MAX_VALUE);
  }

  private static BadRequestException notPositive(String name) {
    return new BadRequestException("invalid " + name + ": must be a positive number");
  }
}
