package io.tempo4j.query.diff;

/**
 * What makes spans of two traces instances of the same operation.
 *
 * @param service name of the service, empty if it has none
 * @param name name of the span
 * @param kind kind of the span, as TraceQL writes it
 */
public record SpanIdentity(String service, String name, String kind) {}
