package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.NewObject;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ParallelReads;
import io.tempo4j.storage.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Blocks in files beside the log, until the object store has them: heads give their memory back
 * whether the store can be reached or not.
 *
 * <p>A block here is as durable as the log, so the log may forget its spans. It is a block like any
 * other, under its keys, in the folder {@code sealed} of the log's folder, whose lock guards it
 * against other processes.
 *
 * <p>Thread-safe.
 */
final class SealedBlocks implements AutoCloseable {

  private static final String META = "/meta.json";

  private final LocalObjectStore files;
  private final ScratchFolder scratch;
  private final Map<HeadId, BlockMeta> blocks = new ConcurrentHashMap<>();
  private final Set<HeadId> unreadable = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytes = new AtomicLong();

  private SealedBlocks(LocalObjectStore files, ScratchFolder scratch) {
    this.files = files;
    this.scratch = scratch;
  }

  /** Opens the files of a log and removes what a killed writer has left of unfinished blocks. */
  static SealedBlocks open(Path logFolder) throws IOException {
    Path folder = logFolder.resolve("sealed");
    SealedBlocks sealed = new SealedBlocks(LocalObjectStore.open(folder), ScratchFolder.in(folder));
    sealed.sweep();
    return sealed;
  }

  /** A block without meta was never one: its spans are still in the log. */
  private void sweep() throws IOException {
    List<String> keys = Catalog.keys(files);
    Set<String> complete = new HashSet<>();
    for (String key : keys) {
      if (key.endsWith(META)) {
        complete.add(folderOf(key));
      }
    }
    for (String key : keys) {
      if (!complete.contains(folderOf(key))) {
        files.delete(key);
      }
    }
  }

  private static String folderOf(String key) {
    return key.substring(0, Math.max(0, key.lastIndexOf('/')));
  }

  /**
   * Finds the blocks that an earlier life of the store has left.
   *
   * @param damaged is told of those that cannot be opened
   * @return the others, by tenant
   */
  Map<TenantId, List<BlockReader>> load(
      BlockCache cache, ParallelReads threads, Consumer<Catalog.Damaged> damaged)
      throws IOException {
    Catalog catalog = new Catalog(files, cache, threads, () -> {});
    Map<TenantId, List<BlockReader>> found = catalog.blocks(0);
    found.values().forEach(readers -> readers.forEach(block -> add(block.meta())));
    for (Catalog.Damaged one : catalog.damagedBlocks()) {
      unreadable.add(new HeadId(one.tenant(), one.block().id()));
      damaged.accept(one);
    }
    return found;
  }

  /** Where blocks may be put together, those for other stores too. */
  ScratchFolder scratch() {
    return scratch;
  }

  /** Where the blocks are. */
  ObjectStore files() {
    return files;
  }

  /** Notes a block that was written to {@link #files}. */
  void add(BlockMeta meta) {
    if (blocks.put(idOf(meta), meta) == null) {
      bytes.addAndGet(meta.totalBytes());
    }
  }

  boolean contains(HeadId id) {
    return blocks.containsKey(id);
  }

  /** Whether files of a block are here, sound or not. */
  boolean holds(HeadId id) {
    return blocks.containsKey(id) || unreadable.contains(id);
  }

  /** The blocks that are here now. */
  Collection<BlockMeta> all() {
    return blocks.values();
  }

  /** Bytes of all blocks. */
  long bytes() {
    return bytes.get();
  }

  /** Copies a block as it is, its meta last; it is visible there when this returns. */
  void copyTo(ObjectStore store, BlockMeta meta) throws IOException {
    List<NewObject> objects = new ArrayList<>();
    for (String key : BlockReader.keys(meta).reversed()) {
      objects.add(new NewObject(key, files.bodyOf(key)));
    }
    store.putAll(objects);
  }

  /** Removes a block that is needed here no more. */
  void drop(BlockMeta meta) throws IOException {
    files.deleteAll(folderOf(BlockReader.metaKey(meta.tenant(), meta.blockId())));
    if (blocks.remove(idOf(meta)) != null) {
      bytes.addAndGet(-meta.totalBytes());
    }
  }

  static HeadId idOf(BlockMeta meta) {
    return new HeadId(meta.tenant(), meta.blockId());
  }

  @Override
  public void close() throws IOException {
    try (scratch) {
      files.close();
    }
  }
}
