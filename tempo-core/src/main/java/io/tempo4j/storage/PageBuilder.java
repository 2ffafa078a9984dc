package io.tempo4j.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects one page of a listing. The continuation is the last entry of the page before: an
 * object's key, or a common prefix, recognised by its {@code /} at the end.
 */
final class PageBuilder {

  private final ListRequest request;
  private final String last;
  private final List<ObjectSummary> objects = new ArrayList<>();
  private final List<String> commonPrefixes = new ArrayList<>();
  private String newest = "";
  private boolean more;

  PageBuilder(ListRequest request) {
    this.request = request;
    this.last = ObjectKey.requireValidPrefix(request.continuation().orElse(""));
  }

  /** Whether a key belongs to this page or a later one. */
  boolean wants(String key) {
    return key.startsWith(request.prefix())
        && ObjectKey.ORDER.compare(key, last) > 0
        && !(last.endsWith("/") && key.startsWith(last));
  }

  /** Whether keys that begin with {@code folder}, which ends with a slash, may be wanted. */
  boolean wantsBelow(String folder) {
    if (!folder.startsWith(request.prefix()) && !request.prefix().startsWith(folder)) {
      return false;
    }
    if (last.endsWith("/") && folder.startsWith(last)) {
      return false;
    }
    return last.startsWith(folder) || ObjectKey.ORDER.compare(folder, last) > 0;
  }

  /** The common prefix that stands for a key or folder behind the prefix, if there is one. */
  Optional<String> commonPrefix(String key) {
    if (request.depth() == ListRequest.Depth.ALL) {
      return Optional.empty();
    }
    int slash = key.indexOf('/', request.prefix().length());
    return slash < 0 ? Optional.empty() : Optional.of(key.substring(0, slash + 1));
  }

  /** Adds the next object; false if the page is full, which ends it. */
  boolean add(ObjectSummary object) {
    if (full()) {
      return false;
    }
    objects.add(object);
    newest = object.key();
    return true;
  }

  /** Adds the next common prefix; false if the page is full, which ends it. */
  boolean addCommonPrefix(String commonPrefix) {
    if (full()) {
      return false;
    }
    commonPrefixes.add(commonPrefix);
    newest = commonPrefix;
    return true;
  }

  private boolean full() {
    more = objects.size() + commonPrefixes.size() == request.maxEntries();
    return more;
  }

  ListPage build() {
    return new ListPage(objects, commonPrefixes, more ? Optional.of(newest) : Optional.empty());
  }
}
