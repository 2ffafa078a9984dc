package io.tempo4j.column;

/** The tables of the data model. Codes are part of block format v1. */
public enum Table {
  /** One row per trace, ordered by trace id. */
  TRACE(0),
  /** One row per span; the rows of a trace are consecutive and in depth-first pre-order. */
  SPAN(1),
  /** One row per event, ordered by owning span row, then as received. */
  EVENT(2),
  /** One row per link, ordered by owning span row, then as received. */
  LINK(3),
  /** One row per distinct resource of the source. */
  RESOURCE(4),
  /** One row per distinct instrumentation scope of the source. */
  SCOPE(5);

  private final int code;

  Table(int code) {
    this.code = code;
  }

  /** The number that stands for this table in stored bytes. */
  public int code() {
    return code;
  }
}
