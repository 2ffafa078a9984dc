package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.testkit.SpanSets;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A whole trace store whose blocks rest in a bucket. */
abstract class TracesOnS3Contract {

  private static final TenantId TEAM = new TenantId("team-a");
  private static final TenantId OTHER = new TenantId("team-b");
  private static final TraceId TRACE = new TraceId(5, 6);

  /** Settings of a bucket and a prefix below which there is nothing yet. */
  abstract S3Settings settings();

  private static TraceStore open(S3Settings settings) throws IOException {
    return TraceStore.builder().blocks(S3ObjectStore.open(settings)).withoutWal().open();
  }

  private static List<TraceId> search(TraceStore store, TenantId tenant, String query)
      throws IOException {
    return store
        .search(tenant, new SearchRequest(query, 0, Long.MAX_VALUE, 10, 10))
        .traces()
        .stream()
        .map(TraceMatch::traceId)
        .toList();
  }

  @Test
  void tracesAreFoundInTheBucketByALaterStore() throws IOException {
    S3Settings settings = settings();
    ExportTraceServiceRequest first = request(1, "first");
    ExportTraceServiceRequest second = request(2, "second");
    try (TraceStore store = open(settings)) {
      store.append(TEAM, first);
      store.flush();
      store.append(TEAM, second);
      store.append(OTHER, request(3, "third"));
    }

    try (TraceStore store = open(settings)) {
      assertThat(store.stats().blocks()).isEqualTo(3);
      assertThat(SpanSets.ofTracesData(store.findTrace(TEAM, TRACE).tracesData()))
          .isEqualTo(SpanSets.of(List.of(first, second)));
      assertThat(search(store, TEAM, "{ span.text = \"second\" }")).containsExactly(TRACE);
      assertThat(search(store, TEAM, "{ span.text = \"third\" }")).isEmpty();
      assertThat(search(store, OTHER, "{ span.text =~ \"th.*\" }")).containsExactly(TRACE);
    }
  }

  /** A block of more than one part of an upload. */
  @Test
  void largeBlocksComeBackWhole() throws IOException {
    S3Settings settings = settings();
    byte[] incompressible = new byte[2 * (int) S3Settings.MIN_PART_SIZE_BYTES];
    new Random(7).nextBytes(incompressible);
    ExportTraceServiceRequest large =
        request(1, Base64.getEncoder().encodeToString(incompressible));
    try (TraceStore store = open(settings)) {
      store.append(TEAM, large);
    }

    try (ObjectStore objects = S3ObjectStore.open(settings)) {
      assertThat(objects.list(ListRequest.all("")).objects())
          .extracting(ObjectSummary::sizeBytes)
          .anySatisfy(size -> assertThat(size).isGreaterThan(S3Settings.MIN_PART_SIZE_BYTES));
    }
    try (TraceStore store = open(settings)) {
      assertThat(SpanSets.ofTracesData(store.findTrace(TEAM, TRACE).tracesData()))
          .isEqualTo(SpanSets.of(List.of(large)));
    }
  }

  private static ExportTraceServiceRequest request(long spanId, String text) {
    return Spans.request(Spans.span(TRACE, spanId, 0).addAttributes(Spans.text("text", text)));
  }
}
