package io.tempo4j.query.diff;

import io.tempo4j.model.AttributeValue;
import org.jspecify.annotations.Nullable;

/**
 * One difference between two spans that match.
 *
 * @param target what differs
 * @param before its value in the base; null if it had none
 * @param after its value in the other trace; null if it has none
 */
public record SpanChange(
    Target target, @Nullable AttributeValue before, @Nullable AttributeValue after) {

  /** What may differ. */
  public sealed interface Target {
    /** The duration; values are nanoseconds. */
    record Duration() implements Target {}

    /** The status; values are TraceQL's words. */
    record Status() implements Target {}

    /** An attribute of the span. */
    record SpanAttribute(String key) implements Target {}
  }

  /** Whether what differs is new, gone, or another. */
  public Operation operation() {
    return switch (target) {
      case Target.SpanAttribute attribute when before == null -> Operation.ADD;
      case Target.SpanAttribute attribute when after == null -> Operation.REMOVE;
      case Target.SpanAttribute attribute -> Operation.MODIFY;
      case Target.Duration duration -> Operation.MODIFY;
      case Target.Status status -> Operation.MODIFY;
    };
  }

  /** What happened to the target. */
  public enum Operation {
    /** It was not there in the base. */
    ADD,
    /** It is not there any more. */
    REMOVE,
    /** It has another value. */
    MODIFY
  }

  boolean isAttribute() {
    return target instanceof Target.SpanAttribute;
  }
}
