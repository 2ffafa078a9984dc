package io.tempo4j.engine;

import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.trace.AssembledTrace;
import java.io.IOException;

/** Compares traces by what a querier finds of them. */
final class WholeTraces {

  private WholeTraces() {}

  /** What {@link TraceQuerier#compareTraces} gives. */
  static TraceComparison compare(
      TraceQuerier querier,
      TenantId tenant,
      TraceId base,
      TraceId compare,
      long maxTraceBytes,
      QueryContext context)
      throws IOException, IncomparableTracesException {
    AssembledTrace before = whole(querier, tenant, base, maxTraceBytes, context);
    AssembledTrace after = whole(querier, tenant, compare, maxTraceBytes, context);
    long bytes = (long) before.tracesData().length + after.tracesData().length;
    if (bytes > maxTraceBytes) {
      throw IncomparableTracesException.tooLarge(bytes, maxTraceBytes);
    }
    return TraceComparison.of(
        before.tracesData(), after.tracesData(), before.coverage().and(after.coverage()), context);
  }

  private static AssembledTrace whole(
      TraceQuerier querier, TenantId tenant, TraceId id, long maxTraceBytes, QueryContext context)
      throws IOException, IncomparableTracesException {
    AssembledTrace trace = querier.findTrace(tenant, id, context);
    if (trace.isMissing()) {
      throw IncomparableTracesException.missing(id, trace.coverage());
    }
    if (trace.isPartial()) {
      throw IncomparableTracesException.partial(id, maxTraceBytes);
    }
    return trace;
  }
}
