package io.tempo4j.engine;

import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.head.HeadFullException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.search.Candidate;
import io.tempo4j.query.search.CandidateCursor;
import io.tempo4j.query.search.CandidatePage;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceExtent;
import io.tempo4j.query.search.TraceExtents;
import io.tempo4j.query.trace.AssembledTrace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * One query over several parts, each as it was when the query began. Tells which traces lie in
 * several parts, and brings these together. Not thread-safe.
 */
final class PartQueries implements AutoCloseable {

  private static final int PAGE = 1024;
  private static final int ROW_GROUP_SPANS = 1 << 14;

  /** What is noted of a trace that lies in several parts. */
  private static final int NOTE_BYTES = 160;

  private final List<PartQuery> parts = new ArrayList<>();
  private final long maxTraceBytes;
  private final QueryContext context;

  /**
   * Begins, in the order of the parts.
   *
   * @param maxTraceBytes of a trace of several parts as OTLP
   */
  PartQueries(List<QuerierPart> parts, TenantId tenant, long maxTraceBytes, QueryContext context)
      throws IOException {
    this.maxTraceBytes = maxTraceBytes;
    this.context = context;
    boolean isDone = false;
    try {
      for (QuerierPart part : parts) {
        context.check();
        this.parts.add(part.begin(tenant, context));
      }
      isDone = true;
    } finally {
      if (!isDone) {
        close();
      }
    }
  }

  List<PartQuery> parts() {
    return parts;
  }

  /**
   * Says of some traces of one part which lie in others, too.
   *
   * @param isTogether whether it matters that a trace has these two extents in two parts
   * @return the whole extents of those
   */
  List<TraceExtent> elsewhere(
      int part, List<TraceExtent> here, BiPredicate<TraceExtent, TraceExtent> isTogether)
      throws IOException {
    Map<TraceId, TraceExtent> asked = new LinkedHashMap<>();
    here.forEach(extent -> asked.put(extent.id(), extent));
    Map<TraceId, TraceExtent> whole = new LinkedHashMap<>();
    for (int other = 0; other < parts.size() && !asked.isEmpty(); other++) {
      if (other == part) {
        continue;
      }
      context.check();
      TraceExtents found = parts.get(other).extents(asked.keySet());
      for (TraceExtent there : found.traces()) {
        TraceExtent known = asked.get(there.id());
        if (known != null && isTogether.test(known, there)) {
          whole.merge(there.id(), known.and(there), TraceExtent::and);
        }
      }
    }
    return List.copyOf(whole.values());
  }

  /**
   * The candidates of a search that lie in several parts, with their whole extents.
   *
   * @param among the parts whose candidates are looked at: the first so many
   */
  Map<TraceId, TraceExtent> shared(
      SearchRequest request, int among, BiPredicate<TraceExtent, TraceExtent> isTogether)
      throws IOException {
    Map<TraceId, TraceExtent> shared = new LinkedHashMap<>();
    for (int part = 0; part < among && parts.size() > 1; part++) {
      try (CandidateCursor cursor = parts.get(part).candidates(request, Candidate.Detail.EXTENTS)) {
        boolean isOver = false;
        while (!isOver) {
          context.check();
          CandidatePage page = cursor.next(PAGE, 0);
          List<TraceExtent> here =
              page.candidates().stream()
                  .map(Candidate::extent)
                  .filter(extent -> !shared.containsKey(extent.id()))
                  .toList();
          List<TraceExtent> found = elsewhere(part, here, isTogether);
          context.memory().take((long) NOTE_BYTES * found.size());
          found.forEach(whole -> shared.put(whole.id(), whole));
          isOver = page.isLast();
        }
      }
    }
    return shared;
  }

  /** Traces that were brought together, to be closed when they are not used any more. */
  final class Fetched implements AutoCloseable {
    private final List<Head> heads = new ArrayList<>();
    private long taken;

    Fetched() {
      for (int part = 0; part < parts.size(); part++) {
        heads.add(new Head("part " + part, ROW_GROUP_SPANS));
      }
    }

    /** Brings a trace together; false if it is too large. */
    boolean add(TraceId id) throws IOException {
      List<AssembledTrace> found = new ArrayList<>();
      long bytes = 0;
      boolean isPartial = false;
      for (PartQuery part : parts) {
        context.check();
        AssembledTrace here = part.findTrace(id);
        found.add(here);
        bytes += here.tracesData().length;
        isPartial |= here.isPartial();
      }
      boolean isWhole = !isPartial && bytes <= maxTraceBytes;
      if (isWhole) {
        // Its columns take about what its messages take.
        context.memory().take(bytes);
        taken += bytes;
        for (int part = 0; part < found.size(); part++) {
          append(heads.get(part), found.get(part).tracesData());
        }
      }
      context.memory().give(bytes); // what the messages took
      return isWhole;
    }

    private static void append(Head head, byte[] message) throws IOException {
      try {
        head.append(message, 0, message.length);
      } catch (HeadFullException e) {
        throw new IllegalStateException("a head without bound is full", e);
      }
    }

    /** Bytes of all traces as OTLP. */
    long bytes() {
      return taken;
    }

    /** The parts of the traces. */
    List<SpanSource> sources() {
      return heads.stream().filter(head -> head.spanCount() > 0).map(Head::view).toList();
    }

    @Override
    public void close() {
      context.memory().give(taken);
      taken = 0;
    }
  }

  /** Brings nothing together yet. */
  Fetched fetched() {
    return new Fetched();
  }

  @Override
  public void close() {
    parts.forEach(PartQuery::close);
    parts.clear();
  }
}
