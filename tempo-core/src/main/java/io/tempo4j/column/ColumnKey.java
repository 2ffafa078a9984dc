package io.tempo4j.column;

import java.util.Comparator;

/**
 * The identity of a column: table, kind, name and type.
 *
 * <p>An attribute key that occurs with values of two types is two columns.
 *
 * @param table the table whose rows the column describes
 * @param kind whether {@code name} is a field of the data model or an attribute's key
 * @param name the field's name, or the attribute's key exactly as received
 * @param type the type of every value in the column
 */
public record ColumnKey(Table table, Kind kind, String name, ValueType type) {

  /** Orders the columns of one table and kind by their names, then by type. */
  public static final Comparator<ColumnKey> BY_NAME =
      Comparator.comparing(ColumnKey::name).thenComparing(ColumnKey::type);

  /** Fields are defined by the data model, attributes by the users. */
  public enum Kind {
    /** A field of the data model, see {@link Fields}. */
    FIELD,
    /** An attribute. */
    ATTRIBUTE
  }

  /** The column of attribute {@code key} with values of {@code type}. */
  public static ColumnKey attribute(Table table, String key, ValueType type) {
    return new ColumnKey(table, Kind.ATTRIBUTE, key, type);
  }

  static ColumnKey field(Table table, String name, ValueType type) {
    return new ColumnKey(table, Kind.FIELD, name, type);
  }

  /** True if this column holds an attribute's values. */
  public boolean isAttribute() {
    return kind == Kind.ATTRIBUTE;
  }
}
