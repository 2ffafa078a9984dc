package io.tempo4j.storage;

import java.util.List;
import java.util.Optional;

/**
 * A page of a listing. It may hold fewer entries than asked for, even none, and still not be the
 * last.
 *
 * @param objects the objects, ascending by {@link ObjectKey#ORDER}
 * @param commonPrefixes the folders of {@link ListRequest.Depth#CHILDREN}, each with its {@code /}
 *     at the end, ascending; otherwise empty
 * @param continuation where the next page begins, for {@link ListRequest#after}; empty on the last
 *     page. Its content is the store's own affair.
 */
public record ListPage(
    List<ObjectSummary> objects, List<String> commonPrefixes, Optional<String> continuation) {

  /** Takes copies of the lists. */
  public ListPage {
    objects = List.copyOf(objects);
    commonPrefixes = List.copyOf(commonPrefixes);
  }
}
