package io.tempo4j.catalog;

import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * One state of a catalog: the blocks that are visible together. Never changes.
 *
 * <p>Whoever works on a version may finish on it: blocks that leave the catalog meanwhile keep
 * their objects for a grace period.
 */
public final class CatalogVersion {

  private static final CatalogBlock[] NO_BLOCKS = {};

  private final TenantId tenant;
  private final long number;
  private final UUID commitId;
  private final CatalogBlock[] blocks; // ascending by id
  private final Map<UUID, Instant> removed; // ascending by id

  private CatalogVersion(
      TenantId tenant,
      long number,
      UUID commitId,
      CatalogBlock[] blocks,
      Map<UUID, Instant> removed) {
    this.tenant = tenant;
    this.number = number;
    this.commitId = commitId;
    this.blocks = blocks;
    this.removed = removed;
  }

  /** The state before the first commit. */
  static CatalogVersion empty(TenantId tenant) {
    return new CatalogVersion(tenant, 0, CatalogEntry.NONE, NO_BLOCKS, Map.of());
  }

  /** A state as a checkpoint says; it takes array and map over, both ascending by id. */
  static CatalogVersion of(
      TenantId tenant,
      long number,
      UUID commitId,
      CatalogBlock[] blocks,
      TreeMap<UUID, Instant> removed) {
    return new CatalogVersion(
        tenant, number, commitId, blocks, Collections.unmodifiableMap(removed));
  }

  /**
   * The next state.
   *
   * @throws IllegalArgumentException if the entry does not fit this state
   */
  CatalogVersion apply(CatalogEntry entry) {
    CatalogChange change = entry.change();
    require(entry.number() == number + 1, "it follows version " + number);
    require(entry.predecessor().equals(commitId), "its predecessor is commit " + commitId);
    Set<UUID> removing = new HashSet<>(change.removed());
    for (UUID id : change.removed()) {
      require(contains(id), "removed block " + id + " is there");
    }
    for (CatalogBlock block : change.added()) {
      require(!knows(block.id()), "added block " + block.id() + " is new");
    }
    Map<UUID, Instant> nextRemoved = removed;
    if (!change.removed().isEmpty() || !change.forgotten().isEmpty()) {
      TreeMap<UUID, Instant> map = new TreeMap<>(CatalogBlock.ID_ORDER);
      map.putAll(removed);
      change.removed().forEach(id -> map.put(id, entry.writtenAt()));
      for (UUID id : change.forgotten()) {
        require(map.remove(id) != null, "forgotten block " + id + " is among the removed ones");
      }
      nextRemoved = Collections.unmodifiableMap(map);
    }
    return new CatalogVersion(
        tenant, entry.number(), entry.commitId(), merge(removing, change.added()), nextRemoved);
  }

  private CatalogBlock[] merge(Set<UUID> removing, List<CatalogBlock> adding) {
    if (removing.isEmpty() && adding.isEmpty()) {
      return blocks;
    }
    CatalogBlock[] added = adding.toArray(NO_BLOCKS);
    Arrays.sort(added, (a, b) -> CatalogBlock.ID_ORDER.compare(a.id(), b.id()));
    CatalogBlock[] merged = new CatalogBlock[blocks.length - removing.size() + added.length];
    int from = 0;
    int size = 0;
    for (CatalogBlock block : blocks) {
      if (!removing.isEmpty() && removing.contains(block.id())) {
        continue;
      }
      while (from < added.length
          && CatalogBlock.ID_ORDER.compare(added[from].id(), block.id()) < 0) {
        merged[size++] = added[from++];
      }
      merged[size++] = block;
    }
    System.arraycopy(added, from, merged, size, added.length - from);
    return merged;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("not so: " + what);
    }
  }

  /** Whose blocks they are. */
  public TenantId tenant() {
    return tenant;
  }

  /** How many commits made it: 0 for a catalog without any. */
  public long number() {
    return number;
  }

  /** The last commit's id, zero if there was none. */
  UUID commitId() {
    return commitId;
  }

  /** All blocks, ascending by id. */
  public List<CatalogBlock> blocks() {
    return Collections.unmodifiableList(Arrays.asList(blocks));
  }

  /** A block by its id. */
  public Optional<CatalogBlock> find(UUID id) {
    int low = 0;
    int high = blocks.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = CatalogBlock.ID_ORDER.compare(blocks[middle].id(), id);
      if (order == 0) {
        return Optional.of(blocks[middle]);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /** Whether a block is visible. */
  public boolean contains(UUID id) {
    return find(id).isPresent();
  }

  /** Whether a block is visible, or was and is not forgotten. */
  boolean knows(UUID id) {
    return removed.containsKey(id) || contains(id);
  }

  /**
   * The blocks that may have spans in a time range, ascending by id.
   *
   * @param startNanos where the range begins, Unix nanoseconds, unsigned, inclusive
   * @param endNanos where it ends, exclusive
   */
  public List<CatalogBlock> overlapping(long startNanos, long endNanos) {
    return select(block -> block.overlaps(startNanos, endNanos));
  }

  /** The blocks that may hold spans of a trace, ascending by id. */
  public List<CatalogBlock> mayHold(TraceId trace) {
    return select(block -> block.mayHold(trace));
  }

  private List<CatalogBlock> select(Predicate<CatalogBlock> wanted) {
    return Arrays.stream(blocks).filter(wanted).toList();
  }

  /**
   * The blocks that were removed and not forgotten, and when, by the clock of who did: their
   * objects may be deleted when nobody works any more on a version that had them.
   */
  public Map<UUID, Instant> removed() {
    return removed;
  }

  @Override
  public String toString() {
    return "version " + number + " of tenant " + tenant + ", " + blocks.length + " blocks";
  }
}
