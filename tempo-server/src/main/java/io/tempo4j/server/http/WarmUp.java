package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.QueryParamsBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.engine.TraceQuerier;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.shop.Repertoire;
import io.tempo4j.server.shop.ShopTraffic;
import io.tempo4j.server.shop.TraceSketch;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the JVM load and compile what answers queries before somebody waits for it: a store in
 * memory with made-up traces is asked every kind of query, several times, down to the bytes of the
 * answer. What the first users of a process would wait for is done by a thread of its own.
 *
 * <p>Thread-safe. The work is done once; it ends early when {@link #end} is called.
 */
public final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Enough for loops over columns to be compiled, and for a row group of several pages. */
  private static final int REQUESTS = 20;

  private static final int TRACES_PER_REQUEST = 50;
  private static final long START_SECONDS = 1_700_000_000;
  private static final long TRACE_STEP_NANOS = 10_000_000;

  /** How often everything is asked: further rounds compile little that these do not. */
  private static final int ROUNDS = 4;

  /** Of the store in memory and of queries of it. */
  private static final long HEAP_BYTES = 16L << 20;

  private static final long DIRECT_BYTES = 1L << 20;

  private static final TenantId TENANT = new TenantId("warm-up");

  /** Asks one query. */
  private interface Question {
    Body answer() throws IOException, BadRequestException;
  }

  private final MemoryPlan memory;
  private final SearchParameters searches;
  private final MetricsParameters series;
  private final TagParameters tags;
  private volatile boolean isOver;
  private volatile @Nullable Thread thread;

  /**
   * Does nothing yet.
   *
   * @param bounds of queries; those that are refused are left out
   * @param memory of the process; without room in it nothing is done
   */
  public WarmUp(TempoConfig.Queries bounds, MemoryPlan memory) {
    this.memory = memory;
    this.searches = new SearchParameters(bounds);
    this.series = new MetricsParameters(bounds, InstantSource.system());
    this.tags = new TagParameters(bounds.maxTagBytes());
  }

  /** Begins, on a thread of its own. */
  public void begin() {
    Thread started = new Thread(this::runQuietly, "warm-up");
    started.setDaemon(true);
    started.setPriority(Thread.MIN_PRIORITY);
    thread = started;
    started.start();
  }

  /** Ends the work, if it has begun, and waits for that no longer than {@code timeout}. */
  public void end(Duration timeout) throws InterruptedException {
    isOver = true;
    Thread started = thread;
    if (started != null) {
      started.join(timeout);
    }
  }

  private void runQuietly() {
    long start = System.nanoTime();
    try {
      int answers = run(ROUNDS);
      LOG.debug(
          "warmed up by {} queries in {} ms", answers, (System.nanoTime() - start) / 1_000_000);
    } catch (IOException | RuntimeException e) {
      LOG.warn("warming up failed, which only makes first queries slower", e);
    }
  }

  /**
   * Does the work.
   *
   * @return how many queries had an answer
   */
  int run(int rounds) throws IOException {
    MemoryPlan own = MemoryPlan.of(HEAP_BYTES, DIRECT_BYTES);
    try (ByteLease lease = memory.queries().lease()) {
      if (!lease.tryGrow(own.heap().limitBytes())) {
        return 0;
      }
      ObjectStore blocks = new StaysOpen(new InMemoryObjectStore());
      List<TraceId> traceIds;
      int answers;
      try (TraceStore store = open(blocks, own)) {
        traceIds = send(store);
        answers = ask(store, traceIds);
      }
      // So far from heads, from here on from blocks that nothing is cached of.
      for (int round = 1; round < rounds; round++) {
        try (TraceStore store = open(blocks, own)) {
          answers += ask(store, traceIds);
        }
      }
      return answers;
    }
  }

  private static TraceStore open(ObjectStore blocks, MemoryPlan memory) throws IOException {
    return TraceStore.builder().blocks(blocks).withoutWal().memory(memory).open();
  }

  /** What several stores are opened upon, one after the other. */
  private static final class StaysOpen extends ForwardingObjectStore {
    private StaysOpen(ObjectStore store) {
      super(store);
    }

    @Override
    public void close() {}
  }

  /** Fills the store; the ids of some of its traces. */
  private List<TraceId> send(TraceStore store) throws IOException {
    ShopTraffic traffic = new ShopTraffic(1);
    long startNanos = TimeUnit.SECONDS.toNanos(START_SECONDS);
    List<TraceId> traceIds = new ArrayList<>();
    for (int i = 0; i < REQUESTS && !isOver; i++) {
      ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
      for (int j = 0; j < TRACES_PER_REQUEST; j++) {
        TraceSketch trace = traffic.next(startNanos);
        startNanos += TRACE_STEP_NANOS;
        request.addAllResourceSpans(trace.resourceSpans());
        if (j == 0) {
          traceIds.add(trace.traceId());
        }
      }
      byte[] bytes = request.build().toByteArray();
      store.append(TENANT, bytes, 0, bytes.length);
    }
    return traceIds;
  }

  private int ask(TraceQuerier store, List<TraceId> traceIds) throws IOException {
    int answers = 0;
    for (Question question : questions(store, traceIds)) {
      if (isOver) {
        break;
      }
      try {
        question.answer().writeTo(OutputStream.nullOutputStream());
        answers++;
      } catch (BadRequestException refused) {
        LOG.debug("left out: {}", refused.getMessage());
      }
    }
    return answers;
  }

  private List<Question> questions(TraceQuerier store, List<TraceId> traceIds) {
    QueryContext context = QueryContext.unbounded();
    List<Question> questions = new ArrayList<>();
    for (TraceId traceId : traceIds) {
      questions.add(() ->
          TraceJson.version2(
              NamedResources.in(store.findTrace(TENANT, traceId, context).tracesData()), ""));
    }
    for (String query : Repertoire.SEARCHES) {
      questions.add(() ->
          SearchJson.of(
              store.search(TENANT, searches.parse(parameters(query, "limit", "1000")), context)));
    }
    for (String query : Repertoire.METRICS) {
      questions.add(() ->
          MetricsJson.range(
              store.metrics(
                  TENANT, series.range(parameters(query, "step", "60")), context, progress -> {})));
      questions.add(() ->
          MetricsJson.instant(
              store.metrics(
                  TENANT,
                  series.instant(parameters(query, "exemplars", "0")),
                  context,
                  progress -> {})));
    }
    for (String tag : Repertoire.TAGS) {
      questions.add(() ->
          TagJson.values2(
              store.tagValues(
                  TENANT, tags.values2(tag, parameters("", "limit", "0")), context, piece -> {})));
    }
    questions.add(() ->
        TagJson.names2(
            store.tagNames(
                TENANT, tags.names2(parameters("", "limit", "0")), context, piece -> {})));
    return questions;
  }

  private static QueryParams parameters(String query, String name, String value) {
    QueryParamsBuilder parameters =
        QueryParams.builder()
            .add("start", Long.toString(START_SECONDS))
            .add("end", Long.toString(START_SECONDS + 60))
            .add(name, value);
    return (query.isEmpty() ? parameters : parameters.add("q", query)).build();
  }
}
