package io.tempo4j.query.tags;

/** Why an answer does not have everything. */
public enum Truncation {
  /** It has everything. */
  NONE("none"),
  /** There are more entries than {@link TagLimits#maxEntries}. */
  LIMIT("limit"),
  /** Nothing new came for {@link TagLimits#maxStaleEntries}; there may be more. */
  STALE("stale"),
  /** There are more entries than go into {@link TagLimits#maxBytes}. */
  BYTES("bytes");

  private final String word;

  Truncation(String word) {
    this.word = word;
  }

  /** Of two reasons the later in the order of this type: why two answers lack something. */
  Truncation or(Truncation other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** How the reason is named in answers. */
  public String word() {
    return word;
  }
}
