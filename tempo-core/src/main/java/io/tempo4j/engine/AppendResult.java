package io.tempo4j.engine;

import io.tempo4j.otlp.RejectionReason;
import java.util.Map;

/**
 * What became of the spans of one request.
 *
 * @param acceptedSpans spans that are durable under the store's policy and searchable
 * @param rejections spans that were dropped, each for a reason of its own, by reason
 * @param message why spans were rejected, one clause per reason with its count; empty if none was
 */
public record AppendResult(
    int acceptedSpans, Map<RejectionReason, Integer> rejections, String message) {

  /** Copies the map. */
  public AppendResult {
    rejections = Map.copyOf(rejections);
  }

  /** Spans that were dropped. */
  public int rejectedSpans() {
    return rejections.values().stream().mapToInt(Integer::intValue).sum();
  }
}
