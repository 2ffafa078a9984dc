package io.tempo4j.model;

/**
 * The name of a tenant; every stored object and every query belongs to exactly one.
 *
 * <p>Up to 150 characters out of ASCII letters, digits and {@code ! - _ . * ' ( )}; neither {@code
 * .} nor {@code ..}, since the name is a path segment in object stores and on disk.
 *
 * @param value the name
 */
public record TenantId(String value) implements Comparable<TenantId> {

  /** The longest allowed name, in characters. */
  public static final int MAX_LENGTH = 150;

  /** The tenant under which a store without multi-tenancy keeps everything. */
  public static final TenantId SINGLE = new TenantId("single-tenant");

  private static final String PUNCTUATION = "!-_.*'()";

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name breaks one of the rules above; the message says
   *     which
   */
  public TenantId {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("tenant id is empty");
    }
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "tenant id is too long: max " + MAX_LENGTH + " characters, got " + value.length());
    }
    if (value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException("tenant id must not be '" + value + "'");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && PUNCTUATION.indexOf(c) < 0) {
        throw new IllegalArgumentException(
            "tenant id '" + value + "' has an unsupported character '" + c + "' at position " + i);
      }
    }
  }

  @Override
  public int compareTo(TenantId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
