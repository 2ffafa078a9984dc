package io.tempo4j.query.search;

import io.tempo4j.model.Attribute;
import java.util.List;

/**
 * One span of a search result.
 *
 * @param spanId the span's id
 * @param name the span's name if the query speaks of it, else empty
 * @param startNanos start, Unix nanoseconds
 * @param durationNanos duration, never negative
 * @param attributes the values of what the query's conditions speak of and of what it selects
 */
public record SpanMatch(
    long spanId, String name, long startNanos, long durationNanos, List<Attribute> attributes) {}
