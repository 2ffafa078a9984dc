package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.wal.SpanBatches.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the children of a storm were told is safe, and the comparison with what a store has. */
final class StormLedger {

  private static final Pattern SPANS_IN_META = Pattern.compile("\"spans\"\\s*:\\s*(\\d+)");

  /** What a thread of a round sent. */
  private static final class Sender {
    final int round;
    final int thread;

    /** Requests {@code 0} to this (exclusive) are acknowledged. */
    int acknowledged;

    /**
     * Whether the request after them, which was under way at the crash, was kept; null: unknown.
     */
    Boolean lastKept;

    Sender(int round, int thread) {
      this.round = round;
      this.thread = thread;
    }

    List<Batch> batches(int end) {
      List<Batch> batches = new ArrayList<>();
      for (int number = 0; number < end; number++) {
        batches.add(new Batch(round, thread, number));
      }
      return batches;
    }

    Batch underWay() {
      return new Batch(round, thread, acknowledged);
    }
  }

  private record TraceKey(TenantId tenant, String traceId) implements Comparable<TraceKey> {
    static TraceKey of(Batch batch) {
      return new TraceKey(batch.tenant(), batch.traceId());
    }

    @Override
    public int compareTo(TraceKey other) {
      int byTenant = tenant.compareTo(other.tenant);
      return byTenant != 0 ? byTenant : traceId.compareTo(other.traceId);
    }
  }

  private final int threads;
  private final List<Sender> senders = new ArrayList<>();
  private int checkedSenders;

  StormLedger(int threads) {
    this.threads = threads;
  }

  void begin(int round) {
    for (int thread = 0; thread < threads; thread++) {
      senders.add(new Sender(round, thread));
    }
  }

  void acknowledged(Batch batch) {
    Sender sender = senders.get(senders.size() - threads + batch.thread());
    assertThat(batch.number()).isEqualTo(sender.acknowledged);
    sender.acknowledged++;
  }

  long acknowledgedSpans() {
    return senders.stream().mapToLong(sender -> sender.acknowledged).sum() * SpanBatches.SPANS;
  }

  /**
   * Compares an open store with what it must have.
   *
   * @param everything all traces, or those that were sent since the last look
   */
  void check(TraceStore store, boolean everything) throws IOException {
    for (Sender sender : senders.subList(checkedSenders, senders.size())) {
      Batch last = sender.underWay();
      List<String> found = spansOf(store, TraceKey.of(last));
      sender.lastKept = found.containsAll(last.spanIds());
    }
    int from = everything ? 0 : checkedSenders;
    Map<TraceKey, Set<String>> expected = expected(senders.subList(from, senders.size()));
    for (Map.Entry<TraceKey, Set<String>> trace : expected.entrySet()) {
      List<String> found = spansOf(store, trace.getKey());
      assertThat(found).as(trace.getKey().toString()).doesNotHaveDuplicates();
      assertThat(new TreeSet<>(found)).as(trace.getKey().toString()).isEqualTo(trace.getValue());
    }
    checkedSenders = senders.size();
    checkSearch(store);
  }

  /** A search for everything finds every span of every round, once. */
  private void checkSearch(TraceStore store) throws IOException {
    Map<TraceKey, Set<String>> found = new TreeMap<>();
    Map<TraceKey, Set<String>> expected = expected(senders);
    for (TenantId tenant : store.tenants()) {
      SearchRequest request = new SearchRequest("{ }", 0, Long.MAX_VALUE, 1_000_000, 1_000);
      for (TraceMatch trace : store.search(tenant, request).traces()) {
        TraceKey key = new TraceKey(tenant, trace.traceId().toHex());
        List<String> spans = new ArrayList<>();
        for (SpansetMatch spanset : trace.spansets()) {
          spanset.spans().forEach(span -> spans.add(HexFormat.of().toHexDigits(span.spanId())));
        }
        assertThat(spans).as(key.toString()).doesNotHaveDuplicates();
        assertThat(found.put(key, new TreeSet<>(spans))).as("second " + key).isNull();
      }
    }
    assertThat(found.keySet()).as("traces of { }").isEqualTo(expected.keySet());
    assertThat(found).as("spans of { }").isEqualTo(expected);
  }

  /** After a flush of everything: the blocks hold each span once, and no other span. */
  void checkBlocks(ObjectStore blocks) throws IOException {
    long stored = 0;
    ListRequest request = ListRequest.all("");
    while (true) {
      ListPage page = blocks.list(request);
      for (ObjectSummary object : page.objects()) {
        if (object.key().endsWith("/meta.json")) {
          String meta = new String(blocks.get(object.key()), StandardCharsets.UTF_8);
          Matcher matcher = SPANS_IN_META.matcher(meta);
          assertThat(matcher.find()).as("spans in " + meta).isTrue();
          stored += Long.parseLong(matcher.group(1));
        }
      }
      if (page.continuation().isEmpty()) {
        break;
      }
      request = request.after(page);
    }
    long expected = expected(senders).values().stream().mapToLong(Set::size).sum();
    assertThat(stored).as("spans in all blocks together").isEqualTo(expected);
  }

  private static Map<TraceKey, Set<String>> expected(List<Sender> senders) {
    Map<TraceKey, Set<String>> traces = new TreeMap<>();
    for (Sender sender : senders) {
      int end = sender.acknowledged + (Boolean.TRUE.equals(sender.lastKept) ? 1 : 0);
      for (Batch batch : sender.batches(end)) {
        traces
            .computeIfAbsent(TraceKey.of(batch), unused -> new TreeSet<>())
            .addAll(batch.spanIds());
      }
    }
    return traces;
  }

  private static List<String> spansOf(TraceStore store, TraceKey trace) throws IOException {
    byte[] bytes = store.findTrace(trace.tenant(), TraceId.parse(trace.traceId())).tracesData();
    List<String> spans = new ArrayList<>();
    for (ResourceSpans resource : TracesData.parseFrom(bytes).getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          spans.add(HexFormat.of().formatHex(span.getSpanId().toByteArray()));
        }
      }
    }
    return spans;
  }
}
