package io.tempo4j.traceql;

/** What spans of the right side of a structural operator are to spans of the left side. */
public enum StructuralRelation {
  /** {@code >}: the right span's parent is a left span. */
  CHILD(">"),
  /** {@code <}: the right span is the parent of a left span. */
  PARENT("<"),
  /** {@code >>}: the right span has a left span somewhere above it. */
  DESCENDANT(">>"),
  /** {@code <<}: the right span has a left span somewhere below it. */
  ANCESTOR("<<"),
  /** {@code ~}: the right span has the same parent as another span, which is a left span. */
  SIBLING("~");

  private final String symbol;

  StructuralRelation(String symbol) {
    this.symbol = symbol;
  }

  /** How the plain operator is written. */
  public String symbol() {
    return symbol;
  }
}
