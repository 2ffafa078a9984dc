package io.tempo4j.catalog;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * A change was not made because blocks that it removes are not in the catalog: somebody else
 * removed them first. The caller should look at the current version and decide anew.
 */
public final class CatalogConflictException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient List<UUID> gone;

  CatalogConflictException(List<UUID> gone, CatalogVersion version) {
    super(
        "blocks "
            + gone
            + " are not in version "
            + version.number()
            + " of the catalog of tenant "
            + version.tenant());
    this.gone = List.copyOf(gone);
  }

  /** The blocks that are gone. */
  public List<UUID> gone() {
    return gone;
  }
}
