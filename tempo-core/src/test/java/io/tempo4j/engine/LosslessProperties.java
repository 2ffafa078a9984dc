package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.RandomRequests;
import io.tempo4j.testkit.SpanSets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What comes in by OTLP comes out by trace id: from heads, from blocks, and from both together. */
class LosslessProperties {

  @Property(tries = 120)
  void everySpanComesBackAsItWasSent(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int requests) throws Exception {
    RandomRequests random = new RandomRequests(seed);
    List<ExportTraceServiceRequest> sent = new ArrayList<>();
    try (TraceStore store =
        TraceStore.builder()
            .blocks(new InMemoryObjectStore())
            .withoutWal()
            .options(TraceStoreOptions.defaults().withRowGroupSpans(1 + (int) (seed & 15)))
            .open()) {
      for (int i = 0; i < requests; i++) {
        ExportTraceServiceRequest request = random.next();
        sent.add(request);
        AppendResult result = store.append(TenantId.SINGLE, request);
        assertThat(result.rejectedSpans()).isZero();
        if ((seed >>> i & 3) == 0) {
          store.flush(); // later requests add to the same traces in another block
        }
      }
      Map<String, Map<String, String>> expected = SpanSets.of(sent);
      assertThat(allTraces(store, expected)).isEqualTo(expected);
      store.flush();
      assertThat(allTraces(store, expected)).isEqualTo(expected);
      assertThat(store.stats().liveSpans()).isZero();
    }
  }

  private static Map<String, Map<String, String>> allTraces(
      TraceStore store, Map<String, ?> expected) throws Exception {
    Map<String, Map<String, String>> found = new TreeMap<>();
    for (String id : expected.keySet()) {
      AssembledTrace trace = store.findTrace(TenantId.SINGLE, TraceId.parse(id));
      found.putAll(SpanSets.ofTracesData(trace.tracesData()));
    }
    return found;
  }
}
