package io.tempo4j.engine;

import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.TraceDecoder;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.FilteredTraces;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsProgress;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchEngine;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.TraceExtent;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.MergedTagNames;
import io.tempo4j.query.tags.MergedTagValues;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.MergedTraces;
import io.tempo4j.query.trace.TraceAssembler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Several parts that answer as one store that has everything would.
 *
 * <p>A span that several parts have counts once, and a trace of which several have spans is
 * evaluated as one: such traces are left out of what each part finds or counts, are fetched from
 * all parts, and are looked at together. One that is too large for that is named in the coverage of
 * the answer ({@link Coverage#largeTraces}). Of a trace, a query sees what those parts have whose
 * share of the trace overlaps its time range. Searches give no explanation.
 *
 * <p>Parts are asked one after the other; what they read together is checked against the bytes that
 * the context allows whenever one has answered. Does not own its parts. Thread-safe.
 */
public final class MergedQuerier implements TraceQuerier {

  private static final long BATCH_BYTES = 4 << 20;

  private final List<QuerierPart> parts;
  private final long maxTraceBytes;
  private final MergedTraces mergedTraces;
  private final FilteredTraces filteredTraces;
  private final SearchEngine searchEngine = new SearchEngine();
  private final MetricsEngine metricsEngine;

  /**
   * Takes parts together.
   *
   * @param parts in the order in which spans move from one to another, so that a query never misses
   *     a span that moves: whoever receives them first, whoever keeps them last. The last one
   *     should be the one with most spans
   * @param memory for what is remembered from query to query
   * @param maxTraceBytes of a trace as OTLP; what is larger comes in part, or is left out
   */
  public MergedQuerier(List<? extends QuerierPart> parts, ByteBudget memory, long maxTraceBytes) {
    this.parts = List.copyOf(parts);
    this.maxTraceBytes = maxTraceBytes;
    TraceAssembler assembler = new TraceAssembler(maxTraceBytes);
    TraceDecoder decoder = Head::ofTrace;
    mergedTraces = new MergedTraces(assembler, decoder);
    filteredTraces = new FilteredTraces(assembler, decoder);
    metricsEngine = new MetricsEngine(memory);
  }

  // ---- traces

  @Override
  public AssembledTrace findTrace(TenantId tenant, TraceId id, QueryContext context)
      throws IOException {
    List<AssembledTrace> found = new ArrayList<>();
    for (QuerierPart part : parts) {
      context.check();
      found.add(part.findTrace(tenant, id, context));
    }
    return mergedTraces.merge(found, id, context);
  }

  @Override
  public AssembledTrace findTrace(
      TenantId tenant, TraceId id, TraceFilter filter, QueryContext context) throws IOException {
    filteredTraces.check(filter);
    return filteredTraces.filter(findTrace(tenant, id, context), id, filter, context);
  }

  @Override
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    return WholeTraces.compare(this, tenant, base, compare, maxTraceBytes, context);
  }

  // ---- search

  @Override
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    try (SearchCursor cursor = searchCursor(tenant, request, context)) {
      List<TraceMatch> traces = new ArrayList<>();
      for (Optional<TraceMatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
        context.memory().take(next.get().heapBytes());
        traces.add(next.get());
      }
      return new SearchResult(traces, cursor.stats(), null, cursor.coverage());
    }
  }

  @Override
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    searchEngine.check(request.query());
    return new MergedCursor(() -> begin(tenant, context), searchEngine, request, context);
  }

  private PartQueries begin(TenantId tenant, QueryContext context) throws IOException {
    return new PartQueries(parts, tenant, maxTraceBytes, context);
  }

  // ---- metrics

  @Override
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    while (true) {
      try (PartQueries queries = begin(tenant, context)) {
        return metrics(queries, request, context, listener);
      } catch (PartChangedException e) {
        context.check();
      }
    }
  }

  private MetricsResult metrics(
      PartQueries queries, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    MetricsPartial counted = metricsEngine.nothing(request, context);
    int count = queries.parts().size();
    Set<TraceId> shared = shared(queries, request);
    Coverage large = Coverage.COMPLETE;
    for (int part = 0; part < count; part++) {
      MetricsPartial here = queries.parts().get(part).metrics(request, shared);
      counted.add(here);
      here.release();
      context.checkBytes(counted.stats().inspectedBytes());
      if (part == count - 1) {
        large = addShared(queries, shared, request, counted, context);
      }
      Coverage lacking = large;
      listener.onProgress(
          new MetricsProgress(part + 1, count, () -> finish(request, counted, lacking)));
    }
    return finish(request, counted, large);
  }

  private MetricsResult finish(MetricsRequest request, MetricsPartial counted, Coverage large) {
    MetricsResult result = metricsEngine.finish(request, counted);
    return result.withCoverage(result.coverage().and(large));
  }

  /**
   * The traces of which it matters that they lie in several parts: where a span counts by itself,
   * those whose parts overlap in time, for others have no span twice.
   */
  private Set<TraceId> shared(PartQueries queries, MetricsRequest request) throws IOException {
    BiPredicate<TraceExtent, TraceExtent> isTogether =
        metricsEngine.needsWholeTraces(request)
            ? (one, other) -> true
            : (one, other) -> one.overlaps(other);
    // as far as a range may be widened to whole steps
    long start = Math.max(0, request.startNanos() - request.stepNanos());
    long end = request.endNanos() + request.stepNanos();
    SearchRequest everything = new SearchRequest("{ }", start, end, 1, 1);
    // What lies in two parts lies in one that is not the last.
    return queries.shared(everything, queries.parts().size() - 1, isTogether).keySet();
  }

  /** Counts the spans of traces in several parts, so many at a time; names those not counted. */
  private Coverage addShared(
      PartQueries queries,
      Set<TraceId> shared,
      MetricsRequest request,
      MetricsPartial counted,
      QueryContext context)
      throws IOException {
    Set<String> large = new TreeSet<>();
    Iterator<TraceId> left = shared.iterator();
    while (left.hasNext()) {
      try (PartQueries.Fetched fetched = queries.fetched()) {
        while (left.hasNext() && fetched.bytes() < BATCH_BYTES) {
          TraceId id = left.next();
          if (!fetched.add(id)) {
            large.add(id.toString());
          }
        }
        MetricsPartial here = metricsEngine.evaluate(fetched.sources(), request, context);
        counted.add(here);
        here.release();
      }
    }
    return Coverage.withoutTraces(large);
  }

  // ---- tags

  @Override
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException {
    MergedTagNames merged = new MergedTagNames(request, context);
    Consumer<TagNames> further =
        names -> {
          if (!names.scopes().isEmpty()) {
            pieces.accept(names);
          }
        };
    for (QuerierPart part : parts) {
      context.check();
      further.accept(
          merged.end(
              part.tagNames(tenant, request, context, piece -> further.accept(merged.add(piece)))));
      context.checkBytes(merged.all().stats().inspectedBytes());
    }
    return merged.all();
  }

  @Override
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException {
    MergedTagValues merged = new MergedTagValues(request, context);
    Consumer<TagValues> further =
        values -> {
          if (!values.values().isEmpty()) {
            pieces.accept(values);
          }
        };
    for (QuerierPart part : parts) {
      context.check();
      further.accept(
          merged.end(
              part.tagValues(
                  tenant, request, context, piece -> further.accept(merged.add(piece)))));
      context.checkBytes(merged.all().stats().inspectedBytes());
    }
    return merged.all();
  }
}
