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
import io.tempo4j.storage.ParallelReads;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the visible blocks in an object store. */
final class Catalog {

  private static final Logger LOG = System.getLogger(Catalog.class.getName());

  private final ObjectStore store;
  private final BlockCache cache;
  private final ParallelReads threads;
  private final Runnable answered;
  private final List<Damaged> damaged = Collections.synchronizedList(new ArrayList<>());
  private final Set<HeadId> visible = ConcurrentHashMap.newKeySet();

  /**
   * The catalog of a store.
   *
   * @param answered runs whenever the store has answered
   */
  Catalog(ObjectStore store, BlockCache cache, ParallelReads threads, Runnable answered) {
    this.store = store;
    this.cache = cache;
    this.threads = threads;
    this.answered = answered;
  }

  /** A block that could not be opened. */
  record Damaged(TenantId tenant, MissingBlock block, IOException cause) {}

  /**
   * Blocks that could not be opened: they are damaged, lack an object, or are of a later version.
   */
  List<Damaged> damagedBlocks() {
    return List.copyOf(damaged);
  }

  /** The visible blocks by tenant. Those that cannot be opened are {@link #damagedBlocks}. */
  Map<TenantId, List<BlockReader>> blocks() throws IOException {
    record Found(TenantId tenant, BlockReader block) {}
    List<TenantId> tenants = tenants();
    List<Callable<List<String>>> listing = new ArrayList<>();
    for (TenantId tenant : tenants) {
      listing.add(() -> folders(tenant.value() + "/"));
    }
    List<List<String>> folders = threads.all(listing);
    List<Callable<Optional<Found>>> opening = new ArrayList<>();
    for (int i = 0; i < tenants.size(); i++) {
      TenantId tenant = tenants.get(i);
      for (String folder : folders.get(i)) {
        blockIdOf(folder)
            .ifPresent(
                id -> opening.add(() -> open(tenant, id).map(block -> new Found(tenant, block))));
      }
    }
    Map<TenantId, List<BlockReader>> blocks = new LinkedHashMap<>();
    for (Optional<Found> found : threads.all(opening)) {
      found.ifPresent(
          one -> blocks.computeIfAbsent(one.tenant, key -> new ArrayList<>()).add(one.block));
    }
    return blocks;
  }

  /** The tenants with at least one folder that may be a block. */
  private List<TenantId> tenants() throws IOException {
    List<TenantId> tenants = new ArrayList<>();
    for (String folder : folders("")) {
      tenantOf(folder).ifPresent(tenants::add);
    }
    return tenants;
  }

  /**
   * Reads filters, those of the newest blocks first, so that the first queries after a start find
   * them. What cannot be read now is read when it is needed.
   *
   * @param maxBytes how many bytes of them
   */
  void loadFilters(Collection<BlockReader> blocks, long maxBytes) throws IOException {
    List<BlockReader> newestFirst = new ArrayList<>(blocks);
    newestFirst.sort(
        Comparator.comparing(BlockReader::maxEndNanos, Long::compareUnsigned).reversed());
    List<Callable<Boolean>> loading = new ArrayList<>();
    long bytes = 0;
    for (BlockReader block : newestFirst) {
      bytes += block.meta().filterBytes();
      if (bytes > maxBytes) {
        break;
      }
      loading.add(() -> loadFilters(block));
    }
    threads.all(loading);
  }

  private boolean loadFilters(BlockReader block) {
    try {
      block.loadFilters();
      answered.run();
      return true;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Cannot load the filters of block {0}: {1}", block.name(), e);
      return false;
    }
  }

  private Optional<BlockReader> open(TenantId tenant, UUID id) throws IOException {
    BlockMeta meta = null;
    try {
      meta = BlockReader.readMeta(store, tenant, id);
      answered.run();
      visible.add(new HeadId(tenant, id));
      return Optional.of(BlockReader.open(store, meta, cache));
    } catch (NoSuchObjectException | CorruptBlockException | UnsupportedFormatException e) {
      // without a meta it is not complete, or just deleted
      if (meta != null || !(e instanceof NoSuchObjectException)) {
        visible.add(new HeadId(tenant, id));
        damaged.add(new Damaged(tenant, MissingBlock.of(id, meta), e));
      }
      return Optional.empty();
    }
  }

  /** The ids of all blocks that were found, sound or not. */
  Set<HeadId> visible() {
    return visible;
  }

  /** All keys of a store. */
  static List<String> keys(ObjectStore store) throws IOException {
    List<String> keys = new ArrayList<>();
    ListRequest request = ListRequest.all("");
    while (true) {
      ListPage page = store.list(request);
      page.objects().forEach(object -> keys.add(object.key()));
      if (page.continuation().isEmpty()) {
        return keys;
      }
      request = request.after(page);
    }
  }

  private List<String> folders(String prefix) throws IOException {
    List<String> names = new ArrayList<>();
    ListRequest request = ListRequest.children(prefix);
    while (true) {
      ListPage page = store.list(request);
      answered.run();
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
