package io.tempo4j.query.search;

import io.tempo4j.model.Attribute;
import java.util.List;

/**
 * The spans of one trace that a query selected together.
 *
 * @param spans the first spans by start, at most the request's spans per spanset
 * @param matched number of spans that matched, whether returned or not
 * @param attributes values that pipeline stages attached to the spanset, such as {@code count()}
 */
public record SpansetMatch(List<SpanMatch> spans, int matched, List<Attribute> attributes) {}
