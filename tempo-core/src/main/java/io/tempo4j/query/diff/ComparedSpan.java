package io.tempo4j.query.diff;

import io.tempo4j.model.AttributeValue;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A span with its place in its trace. Immutable; two spans are equal only if they are the same
 * object.
 */
public final class ComparedSpan {

  private final SpanIdentity identity;
  private final @Nullable ComparedSpan parent;
  private final int siblingIndex;
  private final String status;
  private final long startNanos;
  private final long endNanos;
  private final SortedMap<String, AttributeValue> attributes;

  ComparedSpan(RawSpan raw, @Nullable ComparedSpan parent, int siblingIndex) {
    this.identity = raw.identity();
    this.parent = parent;
    this.siblingIndex = siblingIndex;
    this.status = raw.status();
    this.startNanos = raw.startNanos();
    this.endNanos = raw.endNanos();
    this.attributes = raw.attributes();
  }

  /** Which operation the span is an instance of. */
  public SpanIdentity identity() {
    return identity;
  }

  /** The status, as TraceQL writes it. */
  public String status() {
    return status;
  }

  /** Whether the span ended, and not before it started. */
  public boolean hasDuration() {
    return startNanos != 0
        && Long.compareUnsigned(endNanos, startNanos) >= 0
        && endNanos - startNanos >= 0;
  }

  /** Its duration in nanoseconds; 0 if it has none. */
  public long durationNanos() {
    return hasDuration() ? endNanos - startNanos : 0;
  }

  /**
   * Where the span stands: position among the roots of its trace, then among the children of each
   * span on the way down, ordered by start. A new array each time.
   */
  public int[] path() {
    int depth = 0;
    for (ComparedSpan at = this; at != null; at = at.parent) {
      depth++;
    }
    int[] path = new int[depth];
    for (ComparedSpan at = this; at != null; at = at.parent) {
      path[--depth] = at.siblingIndex;
    }
    return path;
  }

  boolean isError() {
    return status.equals("error");
  }

  long startNanos() {
    return startNanos;
  }

  long endNanos() {
    return endNanos;
  }

  @Nullable ComparedSpan parent() {
    return parent;
  }

  /** The operation of the parent, or null for a root. */
  @Nullable SpanIdentity parentIdentity() {
    return parent == null ? null : parent.identity;
  }

  SortedMap<String, AttributeValue> attributes() {
    return attributes;
  }
}
