package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import io.tempo4j.query.QueryExplanation;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.messages.SearchMessages;
import io.tempo4j.server.messages.SingleValues;
import java.io.IOException;
import java.util.Map;

/**
 * The answer of {@code /api/search}. Clients refuse fields that they do not know, so there are
 * exactly those of Tempo, and an explanation for those who ask for it; as in the JSON mapping of
 * protobuf, zero values are left out.
 */
final class SearchJson {

  private static final SerializableString TRACES = JsonBody.name("traces");
  private static final SerializableString TRACE_ID = JsonBody.name("traceID");
  private static final SerializableString ROOT_SERVICE_NAME = JsonBody.name("rootServiceName");
  private static final SerializableString ROOT_TRACE_NAME = JsonBody.name("rootTraceName");
  private static final SerializableString START = JsonBody.name("startTimeUnixNano");
  private static final SerializableString DURATION_MS = JsonBody.name("durationMs");
  private static final SerializableString SPAN_SET = JsonBody.name("spanSet");
  private static final SerializableString SPAN_SETS = JsonBody.name("spanSets");
  private static final SerializableString SPANS = JsonBody.name("spans");
  private static final SerializableString MATCHED = JsonBody.name("matched");
  private static final SerializableString ATTRIBUTES = JsonBody.name("attributes");
  private static final SerializableString SPAN_ID = JsonBody.name("spanID");
  private static final SerializableString NAME = JsonBody.name("name");
  private static final SerializableString DURATION_NANOS = JsonBody.name("durationNanos");
  private static final SerializableString SERVICE_STATS = JsonBody.name("serviceStats");
  private static final SerializableString SPAN_COUNT = JsonBody.name("spanCount");
  private static final SerializableString ERROR_COUNT = JsonBody.name("errorCount");
  private static final SerializableString METRICS = JsonBody.name("metrics");
  private static final SerializableString INSPECTED_TRACES = JsonBody.name("inspectedTraces");
  private static final SerializableString INSPECTED_BYTES = JsonBody.name("inspectedBytes");
  private static final SerializableString TOTAL_BLOCKS = JsonBody.name("totalBlocks");
  private static final SerializableString COMPLETED_JOBS = JsonBody.name("completedJobs");
  private static final SerializableString TOTAL_JOBS = JsonBody.name("totalJobs");

  private static final SerializableString EXPLANATION = JsonBody.name("explanation");

  private SearchJson() {}

  /** The answer. */
  static Body of(SearchResult result) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startArray(TRACES);
      for (TraceMatch trace : result.traces()) {
        trace(json, trace);
      }
      json.endArray();
      metrics(json, result.stats());
      QueryExplanation explanation = result.explanation();
      if (explanation != null) {
        json.startArray(EXPLANATION);
        for (String line : explanation.lines()) {
          json.text(line);
        }
        json.endArray();
      }
      json.endObject();
    });
  }

  private static void trace(JsonBody json, TraceMatch trace) throws IOException {
    json.startObject();
    json.shortHex(TRACE_ID, trace.traceId());
    json.stringUnlessEmpty(ROOT_SERVICE_NAME, SearchMessages.rootServiceName(trace));
    json.stringUnlessEmpty(ROOT_TRACE_NAME, trace.rootTraceName());
    json.unsignedUnlessZero(START, trace.startNanos());
    json.numberUnlessZero(DURATION_MS, SearchMessages.durationMillis(trace));
    if (!trace.spansets().isEmpty()) {
      // Older clients know only the first spanset.
      json.startObject(SPAN_SET);
      SpansetMatch first = trace.spansets().getFirst();
      long from = json.written();
      spanset(json, first);
      long to = json.written();
      json.endObject();
      json.startArray(SPAN_SETS);
      for (SpansetMatch spanset : trace.spansets()) {
        json.startObject();
        if (spanset != first || !json.repeat(from, to)) {
          spanset(json, spanset);
        }
        json.endObject();
      }
      json.endArray();
    }
    if (!trace.serviceStats().isEmpty()) {
      json.startObject(SERVICE_STATS);
      for (Map.Entry<String, TraceMatch.ServiceStats> service : trace.serviceStats().entrySet()) {
        json.startObject(service.getKey());
        json.numberUnlessZero(SPAN_COUNT, service.getValue().spanCount());
        json.numberUnlessZero(ERROR_COUNT, service.getValue().errorCount());
        json.endObject();
      }
      json.endObject();
    }
    json.endObject();
  }

  private static void spanset(JsonBody json, SpansetMatch spanset) throws IOException {
    json.startArray(SPANS);
    for (SpanMatch span : spanset.spans()) {
      json.startObject();
      json.hex(SPAN_ID, span.spanId());
      json.stringUnlessEmpty(NAME, span.name());
      json.unsignedUnlessZero(START, span.startNanos());
      json.unsignedUnlessZero(DURATION_NANOS, span.durationNanos());
      json.attributesUnlessEmpty(ATTRIBUTES, SingleValues.of(span.attributes()));
      json.endObject();
    }
    json.endArray();
    json.numberUnlessZero(MATCHED, spanset.matched());
    json.attributesUnlessEmpty(ATTRIBUTES, SingleValues.of(spanset.attributes()));
  }

  /** One job is one row group, whether it was looked into or pruned: here all of them are done. */
  static void metrics(JsonBody json, QueryStats stats) throws IOException {
    json.startObject(METRICS);
    json.numberUnlessZero(INSPECTED_TRACES, SearchMessages.uint32(stats.inspectedTraces()));
    json.unsignedUnlessZero(INSPECTED_BYTES, stats.inspectedBytes());
    json.numberUnlessZero(TOTAL_BLOCKS, stats.sources());
    json.numberUnlessZero(COMPLETED_JOBS, stats.rowGroups());
    json.numberUnlessZero(TOTAL_JOBS, stats.rowGroups());
    json.endObject();
  }
}
