package io.tempo4j.query.diff;

import io.tempo4j.model.AttributeValue;
import java.util.SortedMap;

/** A span as it came, without its place in the trace. */
record RawSpan(
    long id,
    long parentId,
    SpanIdentity identity,
    String status,
    long startNanos,
    long endNanos,
    SortedMap<String, AttributeValue> attributes) {}
