package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.UnsupportedFormatException;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds the visible blocks in an object store. */
final class Catalog {

  private static final Logger LOG = System.getLogger(Catalog.class.getName());

  private final ObjectStore store;
  private final BlockCache cache;
  private int damaged;

  Catalog(ObjectStore store, BlockCache cache) {
    this.store = store;
    this.cache = cache;
  }

  /** Blocks that could not be opened because they are damaged or of a later version. */
  int damagedBlocks() {
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

  /** The visible blocks of a tenant. A damaged one is reported, counted and left out. */
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
    try {
      return Optional.of(BlockReader.open(store, BlockReader.readMeta(store, tenant, id), cache));
    } catch (NoSuchObjectException e) {
      return Optional.empty(); // not complete, or just deleted
    } catch (CorruptBlockException | UnsupportedFormatException e) {
      damaged++;
      LOG.log(Level.ERROR, "Leaving out block {0} of tenant {1}: {2}", id, tenant, e.getMessage());
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
