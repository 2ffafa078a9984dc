package io.tempo4j.engine;

import io.tempo4j.block.BlockReader;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All spans of one tenant: its heads and its blocks.
 *
 * <p>Readers take the current {@link View}, one volatile read; it never changes. Writers replace it
 * under a lock that is held for a moment only, never across I/O. A head leaves the view in the same
 * step in which its block enters it, so every span is in a view exactly once.
 */
final class TenantSpans {

  /**
   * What queries see.
   *
   * @param heads filling and sealed heads whose blocks are not visible yet
   * @param blocks visible blocks that can be read
   * @param missing visible blocks that cannot
   */
  record View(List<LiveHead> heads, List<BlockReader> blocks, List<MissingBlock> missing) {
    static final View EMPTY = new View(List.of(), List.of(), List.of());
    static final View UNKNOWN = new View(List.of(), List.of(), List.of(MissingBlock.UNKNOWN));

    View {
      heads = List.copyOf(heads);
      blocks = List.copyOf(blocks);
      missing = List.copyOf(missing);
    }

    boolean isEmpty() {
      return heads.isEmpty() && blocks.isEmpty() && missing.isEmpty();
    }

    /** Claims all heads for a query; false if one of them has just left the view. */
    private boolean claim() {
      for (int i = 0; i < heads.size(); i++) {
        if (!heads.get(i).claim()) {
          heads.subList(0, i).forEach(LiveHead::release);
          return false;
        }
      }
      return true;
    }

    /** Ends what {@link TenantSpans#claimView} began. */
    void release() {
      heads.forEach(LiveHead::release);
    }

    /** The block that an object belongs to, or null. */
    @Nullable BlockReader blockOf(String object) {
      for (BlockReader block : blocks) {
        if (object.contains(block.name())) {
          return block;
        }
      }
      return null;
    }

    /** Of how much of what is stored of a trace this view knows. */
    Coverage coverage(TraceId trace) {
      return coverage(block -> block.mayHold(trace));
    }

    /**
     * Of how much of what is stored of a range, unsigned and inclusive, this view knows.
     *
     * @param endNanos {@link Long#MAX_VALUE} for no bound
     */
    Coverage coverage(long startNanos, long endNanos) {
      long end = endNanos == Long.MAX_VALUE ? -1L : endNanos;
      return coverage(block -> block.mayHold(startNanos, end));
    }

    private Coverage coverage(Predicate<MissingBlock> mayHold) {
      return Coverage.without(missing.stream().filter(mayHold).map(MissingBlock::name).toList());
    }

    /** Everything that may be queried. */
    List<SpanSource> sources() {
      List<SpanSource> sources = new ArrayList<>(blocks);
      for (LiveHead head : heads) {
        if (head.head().spanCount() > 0) {
          sources.add(head.head().view());
        }
      }
      return sources;
    }

    /** What one trace may be read from: all blocks, and of the heads that trace alone. */
    List<SpanSource> sourcesOf(TraceId id) {
      List<SpanSource> sources = new ArrayList<>(blocks);
      for (LiveHead head : heads) {
        head.head().viewOf(id).ifPresent(sources::add);
      }
      return sources;
    }
  }

  private final TenantId tenant;
  private final LongSupplier nanoClock;
  private final Supplier<UUID> blockIds;
  private final int rowGroupSpans;
  private final MemoryPlan memory;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable LiveHead filling;
  private boolean retired;
  private volatile View view = View.EMPTY;

  TenantSpans(
      TenantId tenant,
      LongSupplier nanoClock,
      Supplier<UUID> blockIds,
      int rowGroupSpans,
      MemoryPlan memory) {
    this.tenant = tenant;
    this.nanoClock = nanoClock;
    this.blockIds = blockIds;
    this.rowGroupSpans = rowGroupSpans;
    this.memory = memory;
  }

  TenantId tenant() {
    return tenant;
  }

  View view() {
    return view;
  }

  /**
   * The view of the moment for a query, whose heads count as long as it reads them, also when they
   * have become blocks meanwhile. To be {@linkplain View#release released}.
   */
  View claimView() {
    while (true) {
      // A head lets go only after it has left the view.
      View now = view;
      if (now.claim()) {
        return now;
      }
    }
  }

  /**
   * The head that takes appends now, already entered for one append; null if the tenant is
   * {@linkplain #retire retired}.
   */
  @Nullable LiveHead enterHead() {
    while (true) {
      LiveHead head = fillingHead();
      if (head == null || head.enter()) {
        return head;
      }
    }
  }

  /** Ends the life of a tenant that has no spans; false if it has some, or may get some. */
  boolean retire() {
    lock.lock();
    try {
      retired = view.isEmpty();
      return retired;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LiveHead fillingHead() {
    lock.lock();
    try {
      if (retired) {
        return null;
      }
      if (filling == null) {
        filling = newHead(new HeadId(tenant, blockIds.get()), memory.heads().lease());
        addToView(filling);
      }
      return filling;
    } finally {
      lock.unlock();
    }
  }

  private LiveHead newHead(HeadId id, ByteLease lease) {
    Head head = new Head("head-" + id.blockId(), rowGroupSpans, lease);
    return new LiveHead(id, head, nanoClock.getAsLong(), lease, memory.queries());
  }

  /**
   * Adds a head whose frames were found in the log; it takes no appends but those of the replay.
   *
   * @param lease what its columns take their bytes from
   */
  LiveHead addRecovered(HeadId id, ByteLease lease) {
    LiveHead head = newHead(id, lease);
    lock.lock();
    try {
      addToView(head);
    } finally {
      lock.unlock();
    }
    return head;
  }

  /** The head that takes appends now, or null. */
  @Nullable LiveHead filling() {
    lock.lock();
    try {
      return filling;
    } finally {
      lock.unlock();
    }
  }

  /** Makes sure that {@code head} takes no further appends; true if this call did it. */
  boolean detach(LiveHead head) {
    lock.lock();
    try {
      if (filling != head) {
        return false;
      }
      filling = null;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts a block into the view, in place of what has its id there: the head that it was written
   * from, or the same block as read from elsewhere.
   *
   * @param head what it replaces whatever its id is, or null
   */
  void publish(@Nullable LiveHead head, BlockReader block) {
    UUID id = block.meta().blockId();
    lock.lock();
    try {
      List<LiveHead> heads = new ArrayList<>(view.heads);
      heads.removeIf(other -> other == head || other.id().blockId().equals(id));
      List<BlockReader> blocks = new ArrayList<>(view.blocks);
      blocks.removeIf(other -> other.meta().blockId().equals(id));
      blocks.add(block);
      List<MissingBlock> missing = new ArrayList<>(view.missing);
      missing.removeIf(other -> other.id().equals(id));
      view = new View(heads, blocks, missing);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a head without spans out of the view. */
  void drop(LiveHead head) {
    lock.lock();
    try {
      List<LiveHead> heads = new ArrayList<>(view.heads);
      heads.remove(head);
      view = new View(heads, view.blocks, view.missing);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a block out of the view; false if it is not there. */
  boolean drop(BlockReader block) {
    return change((blocks, missing) -> blocks.remove(block));
  }

  /** Lets a block be missing that could be read; false if it is not in the view. */
  boolean miss(BlockReader block, MissingBlock unreadable) {
    return change((blocks, missing) -> blocks.remove(block) && missing.add(unreadable));
  }

  /** Adds a block that cannot be read. */
  void miss(MissingBlock unreadable) {
    change((blocks, missing) -> missing.add(unreadable));
  }

  /** Puts a block into the view that was missing. */
  void bringBack(MissingBlock unreadable, BlockReader block) {
    change((blocks, missing) -> missing.remove(unreadable) && blocks.add(block));
  }

  /** Takes a block out of the view that was missing. */
  void forget(MissingBlock unreadable) {
    change((blocks, missing) -> missing.remove(unreadable));
  }

  private boolean change(BiPredicate<List<BlockReader>, List<MissingBlock>> change) {
    lock.lock();
    try {
      List<BlockReader> blocks = new ArrayList<>(view.blocks);
      List<MissingBlock> missing = new ArrayList<>(view.missing);
      boolean isChanged = change.test(blocks, missing);
      view = new View(view.heads, blocks, missing);
      return isChanged;
    } finally {
      lock.unlock();
    }
  }

  private void addToView(LiveHead head) {
    List<LiveHead> heads = new ArrayList<>(view.heads);
    heads.add(head);
    view = new View(heads, view.blocks, view.missing);
  }
}
