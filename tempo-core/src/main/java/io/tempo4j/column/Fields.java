package io.tempo4j.column;

import static io.tempo4j.column.ColumnKey.field;

import java.util.List;

/**
 * The fields of the data model, as column keys.
 *
 * <p>"Required" fields have a value in every row. "Optional" fields have a value only in the rows
 * whose OTLP message set them to something else than the protobuf default.
 */
public final class Fields {

  // ---- TRACE, all required

  /** First eight bytes of the trace id, big-endian. */
  public static final ColumnKey TRACE_ID_HIGH = field(Table.TRACE, "idHigh", ValueType.INT);

  /** Last eight bytes of the trace id, big-endian. */
  public static final ColumnKey TRACE_ID_LOW = field(Table.TRACE, "idLow", ValueType.INT);

  /** Smallest start of the trace's spans in this row group, Unix nanoseconds, unsigned. */
  public static final ColumnKey TRACE_START = field(Table.TRACE, "start", ValueType.INT);

  /** Largest end of the trace's spans in this row group, Unix nanoseconds, unsigned. */
  public static final ColumnKey TRACE_END = field(Table.TRACE, "end", ValueType.INT);

  // ---- SPAN, required

  /** The span id, big-endian. */
  public static final ColumnKey SPAN_ID = field(Table.SPAN, "id", ValueType.INT);

  /** The operation's name; empty if none was sent. */
  public static final ColumnKey SPAN_NAME = field(Table.SPAN, "name", ValueType.STRING);

  /** OTLP span kind number, 0 (unspecified) to 5 (consumer); other numbers are kept as sent. */
  public static final ColumnKey SPAN_KIND = field(Table.SPAN, "kind", ValueType.SMALL);

  /** OTLP status code number: 0 unset, 1 ok, 2 error; other numbers are kept as sent. */
  public static final ColumnKey SPAN_STATUS = field(Table.SPAN, "status", ValueType.SMALL);

  /** Start, Unix nanoseconds, unsigned. */
  public static final ColumnKey SPAN_START = field(Table.SPAN, "start", ValueType.INT);

  /**
   * End minus start in nanoseconds, signed and wrapping: negative where the end was before the
   * start or was not sent. Queries treat negative durations as 0.
   */
  public static final ColumnKey SPAN_DURATION = field(Table.SPAN, "duration", ValueType.INT);

  /**
   * Depth in the tree of the trace's part: 0 for a root, for a span whose parent is not in this
   * part, and for the span at which a cycle of parents was cut.
   */
  public static final ColumnKey SPAN_DEPTH = field(Table.SPAN, "depth", ValueType.SMALL);

  /** Row in the RESOURCE table of the source. */
  public static final ColumnKey SPAN_RESOURCE = field(Table.SPAN, "resource", ValueType.SMALL);

  /** Row in the SCOPE table of the source. */
  public static final ColumnKey SPAN_SCOPE = field(Table.SPAN, "scope", ValueType.SMALL);

  /** OTLP flags, 32 bits. */
  public static final ColumnKey SPAN_FLAGS = field(Table.SPAN, "flags", ValueType.SMALL);

  /**
   * The parent span id of the rows with depth 0, and of those alone: 0 for a root. (The parent of a
   * row with another depth is the nearest row above it that is one level higher.)
   */
  public static final ColumnKey SPAN_PARENT_ID = field(Table.SPAN, "parentId", ValueType.INT);

  // ---- SPAN, optional

  /** Message of the status. */
  public static final ColumnKey SPAN_STATUS_MESSAGE =
      field(Table.SPAN, "statusMessage", ValueType.STRING);

  /** W3C trace state. */
  public static final ColumnKey SPAN_TRACE_STATE =
      field(Table.SPAN, "traceState", ValueType.STRING);

  /** Number of attributes that the SDK dropped. */
  public static final ColumnKey SPAN_DROPPED_ATTRIBUTES =
      field(Table.SPAN, "droppedAttributes", ValueType.INT);

  /** Number of events that the SDK dropped. */
  public static final ColumnKey SPAN_DROPPED_EVENTS =
      field(Table.SPAN, "droppedEvents", ValueType.INT);

  /** Number of links that the SDK dropped. */
  public static final ColumnKey SPAN_DROPPED_LINKS =
      field(Table.SPAN, "droppedLinks", ValueType.INT);

  // ---- EVENT

  /** Required: time minus start of the owning span, nanoseconds, signed and wrapping. */
  public static final ColumnKey EVENT_TIME = field(Table.EVENT, "timeSinceStart", ValueType.INT);

  /** Required: name, may be empty. */
  public static final ColumnKey EVENT_NAME = field(Table.EVENT, "name", ValueType.STRING);

  /** Optional: number of attributes that the SDK dropped. */
  public static final ColumnKey EVENT_DROPPED_ATTRIBUTES =
      field(Table.EVENT, "droppedAttributes", ValueType.INT);

  // ---- LINK

  /** Required: first eight bytes of the linked trace's id; both halves are 0 if it has none. */
  public static final ColumnKey LINK_TRACE_ID_HIGH =
      field(Table.LINK, "traceIdHigh", ValueType.INT);

  /** Required: last eight bytes of the linked trace's id. */
  public static final ColumnKey LINK_TRACE_ID_LOW = field(Table.LINK, "traceIdLow", ValueType.INT);

  /** Required: id of the linked span; 0 if it has none. */
  public static final ColumnKey LINK_SPAN_ID = field(Table.LINK, "spanId", ValueType.INT);

  /** Optional: W3C trace state of the link. */
  public static final ColumnKey LINK_TRACE_STATE =
      field(Table.LINK, "traceState", ValueType.STRING);

  /** Optional: OTLP flags of the link, 32 bits. */
  public static final ColumnKey LINK_FLAGS = field(Table.LINK, "flags", ValueType.INT);

  /** Optional: number of attributes that the SDK dropped. */
  public static final ColumnKey LINK_DROPPED_ATTRIBUTES =
      field(Table.LINK, "droppedAttributes", ValueType.INT);

  // ---- RESOURCE, all optional

  /** Schema URL of the resource. */
  public static final ColumnKey RESOURCE_SCHEMA_URL =
      field(Table.RESOURCE, "schemaUrl", ValueType.STRING);

  /** Number of attributes that the SDK dropped. */
  public static final ColumnKey RESOURCE_DROPPED_ATTRIBUTES =
      field(Table.RESOURCE, "droppedAttributes", ValueType.INT);

  /** The wire bytes of all {@code entity_refs} fields (tags included), concatenated. */
  public static final ColumnKey RESOURCE_ENTITY_REFS =
      field(Table.RESOURCE, "entityRefs", ValueType.ANY);

  // ---- SCOPE, all optional

  /** Name of the instrumentation scope. */
  public static final ColumnKey SCOPE_NAME = field(Table.SCOPE, "name", ValueType.STRING);

  /** Version of the instrumentation scope. */
  public static final ColumnKey SCOPE_VERSION = field(Table.SCOPE, "version", ValueType.STRING);

  /** Schema URL of the scope's spans. */
  public static final ColumnKey SCOPE_SCHEMA_URL =
      field(Table.SCOPE, "schemaUrl", ValueType.STRING);

  /** Number of attributes that the SDK dropped. */
  public static final ColumnKey SCOPE_DROPPED_ATTRIBUTES =
      field(Table.SCOPE, "droppedAttributes", ValueType.INT);

  // ---- any table with attributes

  /**
   * Optional: the attributes of the row that have no column of their own, as the wire bytes of an
   * OTLP {@code KeyValueList}. They go here when a source has too many distinct keys, and nowhere
   * else; older blocks also keep here what came for a key again in one row.
   */
  public static ColumnKey overflow(Table table) {
    return switch (table) {
      case SPAN -> SPAN_OVERFLOW;
      case EVENT -> EVENT_OVERFLOW;
      case LINK -> LINK_OVERFLOW;
      case RESOURCE -> RESOURCE_OVERFLOW;
      case SCOPE -> SCOPE_OVERFLOW;
      case TRACE -> throw new IllegalArgumentException("traces have no attributes");
    };
  }

  private static final ColumnKey SPAN_OVERFLOW = field(Table.SPAN, "overflow", ValueType.ANY);
  private static final ColumnKey EVENT_OVERFLOW = field(Table.EVENT, "overflow", ValueType.ANY);
  private static final ColumnKey LINK_OVERFLOW = field(Table.LINK, "overflow", ValueType.ANY);
  private static final ColumnKey RESOURCE_OVERFLOW =
      field(Table.RESOURCE, "overflow", ValueType.ANY);
  private static final ColumnKey SCOPE_OVERFLOW = field(Table.SCOPE, "overflow", ValueType.ANY);

  /** The fields that every span row has, in the order of the format. */
  public static final List<ColumnKey> REQUIRED_SPAN_FIELDS =
      List.of(
          SPAN_ID,
          SPAN_NAME,
          SPAN_KIND,
          SPAN_STATUS,
          SPAN_START,
          SPAN_DURATION,
          SPAN_DEPTH,
          SPAN_RESOURCE,
          SPAN_SCOPE,
          SPAN_FLAGS);

  private Fields() {}
}
