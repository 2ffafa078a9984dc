package io.tempo4j.query.tags;

import java.util.Comparator;

/**
 * One value of a tag.
 *
 * @param type its type
 * @param text the value in text: a string as it is, everything else as it is written in a query,
 *     except not-a-number and infinities, which have no such form
 */
public record TagValue(Type type, String text) {

  /** The order of values in answers; the texts must be those of their types. */
  static final Comparator<TagValue> ORDER =
      Comparator.comparing(TagValue::type).thenComparing(TagValue::compareText);

  private static int compareText(TagValue one, TagValue other) {
    return switch (one.type) {
      case INT -> Long.compare(Long.parseLong(one.text), Long.parseLong(other.text));
      case FLOAT -> Double.compare(RealText.parse(one.text), RealText.parse(other.text));
      case STRING, BOOL, KEYWORD, DURATION -> one.text.compareTo(other.text);
    };
  }

  /** Whether the text is one that a value of the type can have. */
  boolean isWellFormed() {
    try {
      return switch (type) {
        case INT -> Long.toString(Long.parseLong(text)).equals(text);
        case FLOAT -> RealText.of(RealText.parse(text)).equals(text);
        case BOOL -> text.equals("true") || text.equals("false");
        case STRING, KEYWORD, DURATION -> true;
      };
    } catch (NumberFormatException e) {
      return false;
    }
  }

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
