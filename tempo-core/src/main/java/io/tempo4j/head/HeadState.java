package io.tempo4j.head;

import io.tempo4j.column.Dictionary;

/**
 * What readers of a head may see: counts, and the arrays that held the rows when it was published.
 *
 * <p>The writer appends behind the counts and replaces arrays when they are full; it never changes
 * what stands below them. So a state stays valid and unchanging for as long as somebody holds it,
 * and publishing one is a single volatile write.
 */
record HeadState(
    int spans,
    int traces,
    long minStartNanos,
    long maxEndNanos,
    Dictionary dictionary,
    long[][] traceIdHigh,
    long[][] traceIdLow,
    int[][] traceTextBytes,
    int[][] traceOf,
    long[][] spanId,
    long[][] parentSpanId,
    long[][] start,
    long[][] duration,
    int[][] name,
    int[][] kind,
    int[][] status,
    int[][] flags,
    int[][] resource,
    int[][] scope,
    int[][] eventStart,
    int[][] linkStart,
    long[][] eventTime,
    int[][] eventName,
    long[][] linkTraceIdHigh,
    long[][] linkTraceIdLow,
    long[][] linkSpanId,
    TupleState spanTuples,
    TupleState eventTuples,
    TupleState linkTuples,
    TupleState resourceTuples,
    TupleState scopeTuples) {}
