package io.tempo4j.traceql;

import static io.tempo4j.traceql.StaticType.DURATION;
import static io.tempo4j.traceql.StaticType.INT;
import static io.tempo4j.traceql.StaticType.KIND;
import static io.tempo4j.traceql.StaticType.STATUS;
import static io.tempo4j.traceql.StaticType.STRING;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field that spans have by the data model rather than by an attribute.
 *
 * <p>Most can be written with their scope ({@code span:duration}) or bare ({@code duration}); both
 * name the same field.
 */
public enum Intrinsic {
  /** End minus start of the trace: largest end minus smallest start of its spans. */
  TRACE_DURATION("trace:duration", "traceDuration", DURATION),
  /** Name of the trace's root span. */
  TRACE_ROOT_NAME("trace:rootName", "rootName", STRING),
  /** Service name of the trace's root span. */
  TRACE_ROOT_SERVICE("trace:rootService", "rootServiceName", STRING),
  /** Trace id in hexadecimal. */
  TRACE_ID("trace:id", null, STRING),
  /** End minus start of the span. */
  SPAN_DURATION("span:duration", "duration", DURATION),
  /** Name of the span's operation. */
  SPAN_NAME("span:name", "name", STRING),
  /** Kind of the span. */
  SPAN_KIND("span:kind", "kind", KIND),
  /** Status of the span. */
  SPAN_STATUS("span:status", "status", STATUS),
  /** Message of the span's status. */
  SPAN_STATUS_MESSAGE("span:statusMessage", "statusMessage", STRING),
  /** Span id in hexadecimal. */
  SPAN_ID("span:id", null, STRING),
  /** Id of the parent span in hexadecimal. */
  SPAN_PARENT_ID("span:parentID", null, STRING),
  /** Number of the span's direct children. */
  SPAN_CHILD_COUNT("span:childCount", "childCount", INT),
  /** Name of an event of the span. */
  EVENT_NAME("event:name", null, STRING),
  /** Time of an event of the span minus the start of the span. */
  EVENT_TIME_SINCE_START("event:timeSinceStart", null, DURATION),
  /** Trace id of a link of the span, in hexadecimal. */
  LINK_TRACE_ID("link:traceID", null, STRING),
  /** Span id of a link of the span, in hexadecimal. */
  LINK_SPAN_ID("link:spanID", null, STRING),
  /** Name of the instrumentation scope. */
  INSTRUMENTATION_NAME("instrumentation:name", null, STRING),
  /** Version of the instrumentation scope. */
  INSTRUMENTATION_VERSION("instrumentation:version", null, STRING),
  /** Left number of the span in the nested-set order of its trace. */
  NESTED_SET_LEFT(null, "nestedSetLeft", INT),
  /** Right number of the span in the nested-set order of its trace. */
  NESTED_SET_RIGHT(null, "nestedSetRight", INT),
  /** Left number of the span's parent in the nested-set order; negative for a root. */
  NESTED_SET_PARENT(null, "nestedSetParent", INT);

  private static final Map<String, Intrinsic> BY_TEXT = new HashMap<>();

  static {
    for (Intrinsic intrinsic : values()) {
      if (intrinsic.scoped != null) {
        BY_TEXT.put(intrinsic.scoped, intrinsic);
      }
      if (intrinsic.bare != null) {
        BY_TEXT.put(intrinsic.bare, intrinsic);
      }
    }
  }

  private final @Nullable String scoped;
  private final @Nullable String bare;
  private final StaticType type;

  Intrinsic(@Nullable String scoped, @Nullable String bare, StaticType type) {
    this.scoped = scoped;
    this.bare = bare;
    this.type = type;
  }

  /** The canonical way to write this field: bare where that is possible, else scoped. */
  public String text() {
    return bare != null ? bare : String.valueOf(scoped);
  }

  /** The way to write this field with its scope, or null if there is none. */
  public @Nullable String scopedText() {
    return scoped;
  }

  /** The way to write this field without a scope, or null if there is none. */
  public @Nullable String bareText() {
    return bare;
  }

  /** The type of the field's values. */
  public StaticType type() {
    return type;
  }

  /** The field that is written {@code text}, scoped or bare; null if there is none. */
  public static @Nullable Intrinsic ofText(String text) {
    return BY_TEXT.get(text);
  }
}
