package io.tempo4j.query.tags;

/**
 * What ends the gathering of names or values before everything was seen. 0 is no bound.
 *
 * @param maxEntries most names of one scope, or most values of one tag
 * @param maxStaleEntries most entries that come one after the other without a new one among them;
 *     an entry comes once per row group that has it
 * @param maxBytes most bytes of UTF-8 of the names of one scope, or of the values of one tag
 */
public record TagLimits(int maxEntries, int maxStaleEntries, long maxBytes) {

  /** No bounds. */
  public static final TagLimits NONE = new TagLimits(0, 0, 0);

  /** Checks the ranges. */
  public TagLimits {
    if (maxEntries < 0 || maxStaleEntries < 0 || maxBytes < 0) {
      throw new IllegalArgumentException(
          "limits must not be negative, got %d entries, %d stale entries, %d bytes"
              .formatted(maxEntries, maxStaleEntries, maxBytes));
    }
  }
}
