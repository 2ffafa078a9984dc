package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.UnsupportedFormatException;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds the visible blocks in an object store. */
final class Catalog {

  private final ObjectStore store;
  private final BlockCache cache;
  private final List<Damaged> damaged = new ArrayList<>();

  Catalog(ObjectStore store, BlockCache cache) {
    this.store = store;
    this.cache = cache;
  }

  /** A block that could not be opened. */
  record Damaged(TenantId tenant, MissingBlock block, IOException cause) {}

  /**
   * Blocks that could not be opened: they are damaged, lack an object, or are of a later version.
   */
  List<Damaged> damagedBlocks() {
    return damaged;
  }

  /** The tenants with at least one folder that may be a block. */
  List<TenantId> tenants() throws IOException {
    List<TenantId> tenants = new ArrayList<>();
    for (String folder : folders("")) {
      tenantOf(folder).ifPresent(tenants::add);
    }
    return tenants;
  }

  /** The visible blocks of a tenant that can be opened; see {@link #damagedBlocks}. */
  List<BlockReader> blocks(TenantId tenant) throws IOException {
    List<BlockReader> blocks = new ArrayList<>();
    for (String folder : folders(tenant.value() + "/")) {
      Optional<UUID> id = blockIdOf(folder);
      if (id.isPresent()) {
        open(tenant, id.get()).ifPresent(blocks::add);
      }
    }
    return blocks;
  }

  /** Opens a block if it is visible and sound. */
  Optional<BlockReader> open(TenantId tenant, UUID id) throws IOException {
    BlockMeta meta = null;
    try {
      meta = BlockReader.readMeta(store, tenant, id);
      return Optional.of(BlockReader.open(store, meta, cache));
    } catch (NoSuchObjectException | CorruptBlockException | UnsupportedFormatException e) {
      // without a meta it is not complete, or just deleted
      if (meta != null || !(e instanceof NoSuchObjectException)) {
        damaged.add(new Damaged(tenant, MissingBlock.of(id, meta), e));
      }
      return Optional.empty();
    }
  }

  /** Whether a block is visible, sound or not. */
  boolean exists(TenantId tenant, UUID id) throws IOException {
    try {
      store.size(BlockReader.metaKey(tenant, id));
      return true;
    } catch (NoSuchObjectException e) {
      return false;
    }
  }

  private List<String> folders(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    ListRequest request = ListRequest.children(prefix);
    while (true) {
      ListPage page = store.list(request);
      for (String folder : page.commonPrefixes()) {
        names.add(folder.substring(prefix.length(), folder.length() - 1));
      }
      if (page.continuation().isEmpty()) {
        return names;
      }
      request = request.after(page);
    }
  }

  private static Optional<TenantId> tenantOf(String folder) {
    try {
      return Optional.of(new TenantId(folder));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // something else keeps things here too
    }
  }

  private static Optional<UUID> blockIdOf(String folder) {
    try {
      UUID id = UUID.fromString(folder);
      return id.toString().equals(folder) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
