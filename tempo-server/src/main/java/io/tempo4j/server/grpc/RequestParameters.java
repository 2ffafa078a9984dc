package io.tempo4j.server.grpc;

import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.QueryParamsBuilder;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Requests as the parameters that the HTTP API takes for the same, so that both mean and refuse the
 * same. Numbers that are zero are not set.
 */
final class RequestParameters {

  private RequestParameters() {}

  static QueryParams of(SearchRequest request) {
    QueryParamsBuilder params = QueryParams.builder();
    string(params, "q", request.getQuery());
    string(params, "tags", logfmt(request.getTagsMap()));
    if (request.getMinDurationMs() != 0) {
      params.add("minDuration", Integer.toUnsignedString(request.getMinDurationMs()) + "ms");
    }
    if (request.getMaxDurationMs() != 0) {
      params.add("maxDuration", Integer.toUnsignedString(request.getMaxDurationMs()) + "ms");
    }
    number(params, "limit", request.getLimit());
    number(params, "spss", request.getSpansPerSpanSet());
    number(params, "start", request.getStart());
    number(params, "end", request.getEnd());
    return params.build();
  }

  static QueryParams of(SearchTagsRequest request) {
    QueryParamsBuilder params = QueryParams.builder();
    string(params, "scope", request.getScope());
    string(params, "q", request.getQuery());
    number(params, "start", request.getStart());
    number(params, "end", request.getEnd());
    number(params, "limit", request.getMaxTagsPerScope());
    number(params, "maxStaleValues", request.getStaleValuesThreshold());
    return params.build();
  }

  static QueryParams of(SearchTagValuesRequest request) {
    QueryParamsBuilder params = QueryParams.builder();
    string(params, "q", request.getQuery());
    number(params, "start", request.getStart());
    number(params, "end", request.getEnd());
    number(params, "limit", request.getMaxTagValues());
    number(params, "maxStaleValues", request.getStaleValueThreshold());
    return params.build();
  }

  static QueryParams of(QueryRangeRequest request) {
    QueryParamsBuilder params = QueryParams.builder();
    string(params, "q", request.getQuery());
    moment(params, "start", request.getStart());
    moment(params, "end", request.getEnd());
    if (request.getStep() != 0) {
      params.add("step", Long.toUnsignedString(request.getStep()) + "ns");
    }
    number(params, "exemplars", request.getExemplars());
    return params.build();
  }

  static QueryParams of(QueryInstantRequest request) {
    QueryParamsBuilder params = QueryParams.builder();
    string(params, "q", request.getQuery());
    moment(params, "start", request.getStart());
    moment(params, "end", request.getEnd());
    return params.build();
  }

  /** As seconds with a fraction, since few digits of nanoseconds would be taken for seconds. */
  private static void moment(QueryParamsBuilder params, String name, long nanos) {
    if (nanos != 0) {
      params.add(
          name, new BigDecimal(Long.toUnsignedString(nanos)).movePointLeft(9).toPlainString());
    }
  }

  private static void string(QueryParamsBuilder params, String name, String value) {
    if (!value.isEmpty()) {
      params.add(name, value);
    }
  }

  private static void number(QueryParamsBuilder params, String name, int unsigned) {
    if (unsigned != 0) {
      params.add(name, Integer.toUnsignedString(unsigned));
    }
  }

  private static String logfmt(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag ->
            tag.getKey() + "=\"" + tag.getValue().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(" "));
  }
}
