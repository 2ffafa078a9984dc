package io.tempo4j.engine;

/**
 * What became of the spans of one request.
 *
 * @param acceptedSpans spans that are durable under the store's policy and searchable
 * @param rejectedSpans spans that were dropped, each for a reason of its own
 * @param message why spans were rejected, one clause per reason with its count; empty if none was
 */
public record AppendResult(int acceptedSpans, int rejectedSpans, String message) {}
