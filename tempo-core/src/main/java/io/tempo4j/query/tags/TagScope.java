package io.tempo4j.query.tags;

import java.util.Optional;

/** Where a tag belongs. */
public enum TagScope {
  /** Attributes of resources. */
  RESOURCE("resource"),
  /** Attributes of spans. */
  SPAN("span"),
  /** Fields that spans have by the data model; always the same. */
  INTRINSIC("intrinsic"),
  /** Attributes of events. */
  EVENT("event"),
  /** Attributes of links. */
  LINK("link"),
  /** Attributes of instrumentation scopes. */
  INSTRUMENTATION("instrumentation");

  private final String word;

  TagScope(String word) {
    this.word = word;
  }

  /** How the scope is named in requests and answers. */
  public String word() {
    return word;
  }

  /** The scope that is named {@code word}. */
  public static Optional<TagScope> ofWord(String word) {
    for (TagScope scope : values()) {
      if (scope.word.equals(word)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
