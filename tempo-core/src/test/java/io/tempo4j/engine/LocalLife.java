package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A disk with a log and local files, an object store, and trace stores that live on them one after
 * the other. Knows what was acknowledged and compares it with what every API finds.
 */
final class LocalLife {

  static final TenantId TENANT = TenantId.SINGLE;
  static final int TRACES = 7;
  private static final long MIB = 1 << 20;

  final InMemoryWriteAheadLog.Medium medium = new InMemoryWriteAheadLog.Medium();
  final ObjectStore kept = new InMemoryObjectStore();
  final AwayStore blocks = new AwayStore(kept);
  final TreeSet<Long> acknowledged = new TreeSet<>();
  private final Path folder;

  LocalLife(Path folder) {
    this.folder = folder;
  }

  /** A plan with room for heads of some 400 KiB for each MiB. */
  static MemoryPlan memory(int mib) {
    return MemoryPlan.of(2 * mib * MIB, MIB);
  }

  static TraceStoreOptions options() {
    return TraceStoreOptions.defaults()
        .withHead(1 << 30, 1 << 20, Duration.ofHours(1))
        .withFlushRetryDelay(Duration.ofMillis(2));
  }

  /** The log, in this folder. */
  WriteAheadLog log() {
    return new ForwardingLog(InMemoryWriteAheadLog.open(medium)) {
      @Override
      public Optional<Path> folder() {
        return Optional.of(folder);
      }
    };
  }

  TraceStoreBuilder builder(MemoryPlan memory) {
    return TraceStore.builder().blocks(blocks).wal(log()).options(options()).memory(memory);
  }

  /** A request with one span, whose attribute makes it large and unlike all others. */
  static byte[] request(long id, int valueBytes) {
    String value = id + "-".repeat(valueBytes);
    return Spans.request(
            Spans.span(new TraceId(1, 1 + id % TRACES), id, 0)
                .addAttributes(Spans.text("payload", value)))
        .toByteArray();
  }

  void send(TraceStore store, long id, int valueBytes) throws IOException {
    byte[] bytes = request(id, valueBytes);
    store.append(TENANT, bytes, 0, bytes.length);
    acknowledged.add(id);
  }

  /** Every span that was acknowledged is found once, by search, by id and by counting. */
  void check(TraceStore store) throws IOException {
    List<Long> found = new ArrayList<>();
    for (TraceMatch trace :
        store
            .search(TENANT, new SearchRequest("{ }", 0, Long.MAX_VALUE, 100_000, 100_000))
            .traces()) {
      for (SpansetMatch spanset : trace.spansets()) {
        spanset.spans().forEach(span -> found.add(span.spanId()));
      }
    }
    assertThat(found).as("by search").doesNotHaveDuplicates();
    assertThat(new TreeSet<>(found)).as("by search").isEqualTo(acknowledged);
    List<Long> byId = new ArrayList<>();
    for (int trace = 0; trace < TRACES; trace++) {
      byte[] data = store.findTrace(TENANT, new TraceId(1, 1 + trace)).tracesData();
      for (ResourceSpans resource : TracesData.parseFrom(data).getResourceSpansList()) {
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          for (Span span : scope.getSpansList()) {
            byId.add(span.getSpanId().asReadOnlyByteBuffer().getLong());
          }
        }
      }
    }
    assertThat(byId).as("by id").doesNotHaveDuplicates();
    assertThat(new TreeSet<>(byId)).as("by id").isEqualTo(acknowledged);
    assertThat(count(store)).as("counted").isEqualTo(acknowledged.size());
  }

  private static double count(TraceStore store) throws IOException {
    MetricsRequest request =
        MetricsRequest.range(
            "{ } | count_over_time()",
            Spans.START - 3_600_000_000_000L,
            Spans.START + 3_600_000_000_000L,
            7_200_000_000_000L);
    double sum = 0;
    for (var series : store.metrics(TENANT, request).series()) {
      for (double value : series.values()) {
        sum += Double.isNaN(value) ? 0 : value;
      }
    }
    return sum;
  }
}
