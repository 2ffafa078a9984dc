package io.tempo4j.engine;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.model.TenantId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Divides views into what came recently and what is stored. Blocks belong to what is recent as long
 * as they have local files, also for the while in which the object store has them, too; they never
 * come back.
 */
final class ViewHalves {

  private final @Nullable SealedBlocks sealed;

  /**
   * Divides the views of one store.
   *
   * @param sealed the blocks with local files; null if none have
   */
  ViewHalves(@Nullable SealedBlocks sealed) {
    this.sealed = sealed;
  }

  /** Heads, and blocks with local files. */
  TenantSpans.View recent(TenantId tenant, TenantSpans.View view) {
    return new TenantSpans.View(
        view.heads(),
        view.blocks().stream().filter(block -> isLocal(block.meta())).toList(),
        view.missing().stream().filter(block -> isLocal(tenant, block.id())).toList());
  }

  /** All other blocks. */
  TenantSpans.View stored(TenantId tenant, TenantSpans.View view) {
    return new TenantSpans.View(
        List.of(),
        view.blocks().stream().filter(block -> !isLocal(block.meta())).toList(),
        view.missing().stream().filter(block -> !isLocal(tenant, block.id())).toList());
  }

  private boolean isLocal(BlockMeta meta) {
    return isLocal(meta.tenant(), meta.blockId());
  }

  private boolean isLocal(TenantId tenant, UUID block) {
    return sealed != null && sealed.holds(new HeadId(tenant, block));
  }
}
