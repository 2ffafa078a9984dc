package io.tempo4j.docs;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The example of docs/how-to/query-from-java.md, compiled and run by {@link ExamplesTest}. */
final class QueryExample {

  // begin of the example
  static void query(TraceStore store, long from, long to) throws IOException {
    TenantId tenant = TenantId.SINGLE;
    AtomicBoolean nobodyWaits = new AtomicBoolean();
    QueryContext tenSeconds =
        QueryContext.of(System::nanoTime, Duration.ofSeconds(10), nobodyWaits::get)
            .withMaxBytes(1L << 30);

    // One by one, newest first. What is not asked for is not looked for.
    SearchRequest slow = new SearchRequest("{ duration > 1s }", from, to, 1000, 3);
    try (SearchCursor cursor = store.searchCursor(tenant, slow, tenSeconds)) {
      Optional<TraceMatch> next = cursor.next();
      while (next.isPresent()) {
        System.out.println(next.get().traceId().toHex() + " " + next.get().rootTraceName());
        next = cursor.next();
      }
    }

    // Series, with what is known of them after every block.
    MetricsRequest rate =
        MetricsRequest.range(
            "{ } | rate() by (resource.service.name)", from, to, Duration.ofMinutes(1).toNanos());
    MetricsResult result =
        store.metrics(
            tenant,
            rate,
            tenSeconds,
            progress ->
                System.out.println(
                    progress.completedSources()
                        + " of "
                        + progress.totalSources()
                        + ", so far "
                        + progress.result().series().size()
                        + " series"));
    for (TimeSeries series : result.series()) {
      System.out.println(series.labels() + " " + series.values().length);
    }

    // Values of a tag, of spans that match what somebody has typed so far.
    TagValuesRequest routes =
        new TagValuesRequest(
            TraceQl.parseReference("span.http.route"),
            "{ status = error && ",
            from,
            to,
            TagLimits.NONE);
    for (TagValue value : store.tagValues(tenant, routes, tenSeconds).values()) {
      System.out.println(value.text());
    }
  }
  // end of the example
}
