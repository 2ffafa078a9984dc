package io.tempo4j.catalog;

import java.time.Instant;
import java.util.UUID;

/**
 * A commit as it is stored.
 *
 * @param number the version that it makes, 1 for the first
 * @param commitId its own, unlike that of any other commit
 * @param predecessor the commit id of the version before, zero for the first
 * @param writtenAt when, by the clock of its writer
 * @param change what it does to the version before
 */
record CatalogEntry(
    long number, UUID commitId, UUID predecessor, Instant writtenAt, CatalogChange change) {

  /** The predecessor of the first entry. */
  static final UUID NONE = new UUID(0, 0);
}
