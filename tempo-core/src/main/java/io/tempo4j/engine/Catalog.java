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
import java.util.ArrayList;
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

  /**
   * The visible blocks by tenant. Those that cannot be opened are {@link #damagedBlocks}.
   *
   * @param filterBytes how many bytes of filters to read along, of the newest blocks, if they lie
   *     far away: so that the first queries after a start find them
   */
  Map<TenantId, List<BlockReader>> blocks(long filterBytes) throws IOException {
    List<Callable<Optional<BlockReader>>> opening = new ArrayList<>();
    long bytes = 0;
    for (BlockMeta meta : metasByAge()) {
      bytes += meta.filterBytes();
      Opening how = bytes <= filterBytes ? BlockReader::openWithFilters : BlockReader::open;
      opening.add(() -> open(meta, how));
    }
    Map<TenantId, List<BlockReader>> blocks = new LinkedHashMap<>();
    for (Optional<BlockReader> found : threads.all(opening)) {
      found.ifPresent(block ->
          blocks.computeIfAbsent(block.meta().tenant(), key -> new ArrayList<>()).add(block));
    }
    return blocks;
  }

  /** The metas of all visible blocks, the newest first. */
  private List<BlockMeta> metasByAge() throws IOException {
    List<TenantId> tenants = tenants();
    List<Callable<List<String>>> listing = new ArrayList<>();
    for (TenantId tenant : tenants) {
      listing.add(() -> folders(tenant.value() + "/"));
    }
    List<List<String>> folders = threads.all(listing);
    List<Callable<Optional<BlockMeta>>> reading = new ArrayList<>();
    for (int i = 0; i < tenants.size(); i++) {
      TenantId tenant = tenants.get(i);
      for (String folder : folders.get(i)) {
        blockIdOf(folder).ifPresent(id -> reading.add(() -> readMeta(tenant, id)));
      }
    }
    List<BlockMeta> metas = new ArrayList<>();
    threads.all(reading).forEach(meta -> meta.ifPresent(metas::add));
    metas.sort(Comparator.comparing(BlockMeta::maxEndNanos, Long::compareUnsigned).reversed());
    return metas;
  }

  /** The tenants with at least one folder that may be a block. */
  private List<TenantId> tenants() throws IOException {
    List<TenantId> tenants = new ArrayList<>();
    for (String folder : folders("")) {
      tenantOf(folder).ifPresent(tenants::add);
    }
    return tenants;
  }

  private Optional<BlockMeta> readMeta(TenantId tenant, UUID id) throws IOException {
    try {
      BlockMeta meta = BlockReader.readMeta(store, tenant, id);
      answered.run();
      visible.add(new HeadId(tenant, id));
      return Optional.of(meta);
    } catch (NoSuchObjectException e) {
      return Optional.empty(); // it is not complete, or just deleted
    } catch (CorruptBlockException | UnsupportedFormatException e) {
      visible.add(new HeadId(tenant, id));
      damaged.add(new Damaged(tenant, MissingBlock.of(id, null), e));
      return Optional.empty();
    }
  }

  /** How a block is opened. */
  @FunctionalInterface
  private interface Opening {
    BlockReader open(ObjectStore store, BlockMeta meta, BlockCache cache) throws IOException;
  }

  private Optional<BlockReader> open(BlockMeta meta, Opening how) throws IOException {
    try {
      BlockReader block = how.open(store, meta, cache);
      answered.run();
      return Optional.of(block);
    } catch (NoSuchObjectException | CorruptBlockException | UnsupportedFormatException e) {
      damaged.add(new Damaged(meta.tenant(), MissingBlock.of(meta.blockId(), meta), e));
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
