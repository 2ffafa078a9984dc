package io.tempo4j.query.tags;

/**
 * One value of a tag.
 *
 * @param type its type
 * @param text the value in text: a string as it is, everything else as it is written in a query,
 *     except not-a-number and infinities, which have no such form
 */
public record TagValue(Type type, String text) {

  /** The types of values. */
  public enum Type {
    /** Text. */
    STRING("string"),
    /** A 64-bit integer. */
    INT("int"),
    /** A floating-point number. */
    FLOAT("float"),
    /** A truth value. */
    BOOL("bool"),
    /** A word of the language, such as a status. */
    KEYWORD("keyword"),
    /** A length of time. */
    DURATION("duration");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    /** How the type is named in answers. */
    public String word() {
      return word;
    }
  }
}
