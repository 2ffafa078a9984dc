package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/** Where an attribute is looked up. */
public enum AttributeScope {
  /**
   * Everywhere: the first that has the attribute of span, resource, event, link and
   * instrumentation.
   */
  UNSCOPED(""),
  /** The span itself. */
  SPAN("span"),
  /** The resource that the span belongs to. */
  RESOURCE("resource"),
  /** The events of the span. */
  EVENT("event"),
  /** The links of the span. */
  LINK("link"),
  /** The instrumentation scope that produced the span. */
  INSTRUMENTATION("instrumentation");

  private final String word;

  AttributeScope(String word) {
    this.word = word;
  }

  /** What stands before the dot in a query; empty for {@link #UNSCOPED}. */
  public String word() {
    return word;
  }

  static @Nullable AttributeScope ofWord(String word) {
    for (AttributeScope scope : values()) {
      if (scope != UNSCOPED && scope.word.equals(word)) {
        return scope;
      }
    }
    return null;
  }
}
