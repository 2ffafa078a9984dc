package io.tempo4j.storage;

import java.util.Optional;

/**
 * Which keys to list.
 *
 * @param prefix what the keys begin with, any number of characters; need not end at a {@code /}
 * @param depth whether keys below further folders are listed one by one or as their folder
 * @param maxEntries the most objects and common prefixes on a page together, 1 to {@value
 *     #MAX_ENTRIES}
 * @param continuation where to go on: what the page before said, empty for the first page
 */
public record ListRequest(
    String prefix, Depth depth, int maxEntries, Optional<String> continuation) {

  /** How keys with a {@code /} behind the prefix are listed. */
  public enum Depth {
    /** Every key is listed as an object. */
    ALL,
    /**
     * Keys with a {@code /} behind the prefix are listed as common prefixes: the key up to and with
     * that {@code /}, each once.
     */
    CHILDREN
  }

  /** The largest page. */
  public static final int MAX_ENTRIES = 1000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if no key can begin with the prefix, or {@code maxEntries} is
   *     out of range
   */
  public ListRequest {
    ObjectKey.requireValidPrefix(prefix);
    if (maxEntries < 1 || maxEntries > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "maxEntries must be 1 to " + MAX_ENTRIES + ", got " + maxEntries);
    }
  }

  /** The first page of all keys that begin with the prefix. */
  public static ListRequest all(String prefix) {
    return new ListRequest(prefix, Depth.ALL, MAX_ENTRIES, Optional.empty());
  }

  /**
   * The first page of the objects and folders directly behind the prefix, which usually is empty or
   * ends with {@code /}.
   */
  public static ListRequest children(String prefix) {
    return new ListRequest(prefix, Depth.CHILDREN, MAX_ENTRIES, Optional.empty());
  }

  /** The same request with pages of another size. */
  public ListRequest withMaxEntries(int entries) {
    return new ListRequest(prefix, depth, entries, continuation);
  }

  /**
   * The request for the page after one that has a {@link ListPage#continuation}.
   *
   * @throws IllegalArgumentException if {@code page} is the last one
   */
  public ListRequest after(ListPage page) {
    if (page.continuation().isEmpty()) {
      throw new IllegalArgumentException("there is no page after the last one");
    }
    return new ListRequest(prefix, depth, maxEntries, page.continuation());
  }
}
