package io.tempo4j.traceql;

/** Which spans a structural operator gives. */
public enum StructuralForm {
  /** Spans of the right side that have the relation to a span of the left side. */
  PLAIN(""),
  /** Spans of the right side that have the relation to no span of the left side. */
  NEGATED("!"),
  /** The spans of both sides that have the relation to one another. */
  UNION("&");

  private final String prefix;

  StructuralForm(String prefix) {
    this.prefix = prefix;
  }

  /** What stands before the relation's symbol. */
  public String prefix() {
    return prefix;
  }
}
