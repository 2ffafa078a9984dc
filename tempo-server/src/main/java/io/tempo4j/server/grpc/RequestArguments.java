package io.tempo4j.server.grpc;

import io.tempo4j.query.search.SearchRequest.Detail;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.api.LegacySearch;
import io.tempo4j.server.api.MetricsArguments;
import io.tempo4j.server.api.SearchArguments;
import io.tempo4j.server.api.TagArguments;
import io.tempo4j.server.api.TimeRange;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What messages ask for, in the terms of the API. Their numbers have no sign, and those that are
 * zero are not set.
 */
final class RequestArguments {

  private RequestArguments() {}

  static SearchArguments of(SearchRequest request) {
    return new SearchArguments(
        request.getQuery(),
        new LegacySearch(
            request.getTagsMap(),
            millis(request.getMinDurationMs()),
            millis(request.getMaxDurationMs())),
        Integer.toUnsignedLong(request.getStart()),
        Integer.toUnsignedLong(request.getEnd()),
        number(request.getLimit()),
        number(request.getSpansPerSpanSet()),
        Detail.TRACES);
  }

  static TagArguments of(SearchTagsRequest request) throws BadRequestException {
    return new TagArguments(
        request.getQuery(),
        range(request.getStart(), request.getEnd()),
        count(request.getMaxTagsPerScope()),
        count(request.getStaleValuesThreshold()));
  }

  static TagArguments of(SearchTagValuesRequest request) throws BadRequestException {
    return new TagArguments(
        request.getQuery(),
        range(request.getStart(), request.getEnd()),
        count(request.getMaxTagValues()),
        count(request.getStaleValueThreshold()));
  }

  static MetricsArguments of(QueryRangeRequest request) throws BadRequestException {
    return new MetricsArguments(
        request.getQuery(),
        nanos("start", request.getStart()),
        nanos("end", request.getEnd()),
        Optional.empty(),
        nanos("step", request.getStep()),
        Integer.toUnsignedLong(request.getExemplars()),
        Integer.toUnsignedLong(request.getMaxSeries()));
  }

  static MetricsArguments of(QueryInstantRequest request) throws BadRequestException {
    return new MetricsArguments(
        request.getQuery(),
        nanos("start", request.getStart()),
        nanos("end", request.getEnd()),
        Optional.empty(),
        OptionalLong.empty(),
        0,
        0);
  }

  private static TimeRange range(int start, int end) throws BadRequestException {
    return TimeRange.ofSeconds(Integer.toUnsignedLong(start), Integer.toUnsignedLong(end));
  }

  private static Optional<Duration> millis(int unsigned) {
    return unsigned == 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Integer.toUnsignedLong(unsigned)));
  }

  private static OptionalLong number(int unsigned) {
    return unsigned == 0 ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(unsigned));
  }

  /** A number that bounds something: a larger one than fits bounds nothing. */
  private static int count(int unsigned) {
    return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
  }

  private static OptionalLong nanos(String name, long unsigned) throws BadRequestException {
    if (unsigned < 0) {
      throw BadRequestException.invalid(
          name, "nanoseconds within 0 and " + Long.MAX_VALUE, Long.toUnsignedString(unsigned));
    }
    return unsigned == 0 ? OptionalLong.empty() : OptionalLong.of(unsigned);
  }
}
