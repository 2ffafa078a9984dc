package io.tempo4j.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a commit does to a catalog, in one step.
 *
 * @param added blocks that become visible; all their objects must be stored
 * @param removed blocks that vanish; their objects stay until nobody reads them any more
 * @param forgotten removed blocks whose objects were deleted
 */
public record CatalogChange(List<CatalogBlock> added, List<UUID> removed, List<UUID> forgotten) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if an id occurs twice
   */
  public CatalogChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    forgotten = List.copyOf(forgotten);
    Set<UUID> ids = new HashSet<>();
    added.forEach(block -> requireNew(ids, block.id()));
    removed.forEach(id -> requireNew(ids, id));
    forgotten.forEach(id -> requireNew(ids, id));
  }

  private static void requireNew(Set<UUID> ids, UUID id) {
    if (!ids.add(id)) {
      throw new IllegalArgumentException("block " + id + " occurs twice in a change");
    }
  }

  /** Makes blocks visible. */
  public static CatalogChange add(List<CatalogBlock> blocks) {
    return new CatalogChange(blocks, List.of(), List.of());
  }

  /** Lets blocks take the place of others. */
  public static CatalogChange replace(List<UUID> inputs, List<CatalogBlock> outputs) {
    return new CatalogChange(outputs, inputs, List.of());
  }

  /** Takes blocks out; their objects stay. */
  public static CatalogChange remove(List<UUID> blocks) {
    return new CatalogChange(List.of(), blocks, List.of());
  }

  /** Notes that the objects of removed blocks are deleted. */
  public static CatalogChange forget(List<UUID> blocks) {
    return new CatalogChange(List.of(), List.of(), blocks);
  }

  /**
   * What is left to do where a version stands: blocks that were added before, or added and removed
   * since, are not added again. Empty if all of it was done before.
   */
  Optional<CatalogChange> rest(CatalogVersion version) throws CatalogConflictException {
    List<CatalogBlock> toAdd = added.stream().filter(block -> !version.knows(block.id())).toList();
    List<UUID> gone = removed.stream().filter(id -> !version.contains(id)).toList();
    List<UUID> toRemove = removed;
    if (!gone.isEmpty()) {
      boolean isDone = toAdd.isEmpty() && gone.size() == removed.size();
      if (!isDone) {
        throw new CatalogConflictException(gone, version);
      }
      toRemove = List.of();
    }
    List<UUID> toForget = new ArrayList<>(forgotten);
    toForget.removeIf(id -> !version.removed().containsKey(id));
    return toAdd.isEmpty() && toRemove.isEmpty() && toForget.isEmpty()
        ? Optional.empty()
        : Optional.of(new CatalogChange(toAdd, toRemove, toForget));
  }
}
