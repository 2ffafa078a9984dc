package io.tempo4j.block;

import io.tempo4j.model.TenantId;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;

/**
 * Makes blocks of format version 1 of those that are written: filters are an object of their own.
 */
public final class VersionOne {

  private VersionOne() {}

  /** Replaces a block by one of version 1 with the same content. */
  public static BlockMeta rewrite(ObjectStore store, TenantId tenant, UUID id) throws IOException {
    BlockMeta meta = BlockReader.readMeta(store, tenant, id);
    String index = BlockFormat.key(tenant, id, "index");
    byte[] both = store.get(index);
    int filterBytes = Math.toIntExact(meta.filterBytes());
    BlockMeta older =
        new BlockMeta(
            1,
            tenant,
            id,
            meta.spans(),
            meta.traces(),
            meta.rowGroups(),
            meta.minStartNanos(),
            meta.maxEndNanos(),
            meta.dataBytes(),
            meta.indexBytes(),
            meta.filterBytes(),
            meta.compactionLevel(),
            meta.createdAt());
    store.put(
        BlockFormat.key(tenant, id, "filter"), ObjectBody.of(Arrays.copyOf(both, filterBytes)));
    store.put(index, ObjectBody.of(Arrays.copyOfRange(both, filterBytes, both.length)));
    store.put(BlockReader.metaKey(tenant, id), ObjectBody.of(MetaJson.write(older)));
    return older;
  }
}
