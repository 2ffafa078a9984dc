package io.tempo4j.block;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The slots of what belongs together in a block, by number. A slot is made when it is asked for the
 * first time: most chunks of most blocks never are.
 *
 * <p>Thread-safe.
 */
final class CacheSlots {

  private final BlockCache cache;
  private final UUID block;
  private final AtomicReferenceArray<@Nullable CacheSlot> slots;

  CacheSlots(BlockCache cache, UUID block, int count) {
    this.cache = cache;
    this.block = block;
    this.slots = new AtomicReferenceArray<>(count);
  }

  /** What is cached there, or null. */
  @Nullable Object find(int index) {
    return cache.find(slot(index));
  }

  /** Whether something is cached there; counts as no use. */
  boolean holds(int index) {
    CacheSlot slot = slots.get(index);
    return slot != null && slot.value() != null;
  }

  /** See {@link BlockCache#put}. */
  void put(int index, Object value, long size, long cost) {
    cache.put(slot(index), value, size, cost);
  }

  /** Lets go of everything. */
  void forget() {
    List<CacheSlot> filled = new ArrayList<>();
    for (int i = 0; i < slots.length(); i++) {
      CacheSlot slot = slots.get(i);
      if (slot != null && slot.value() != null) {
        filled.add(slot);
      }
    }
    if (!filled.isEmpty()) {
      cache.forget(filled);
    }
  }

  private CacheSlot slot(int index) {
    CacheSlot known = slots.get(index);
    if (known != null) {
      return known;
    }
    CacheSlot made = new CacheSlot(block);
    CacheSlot first = slots.compareAndExchange(index, null, made);
    return first == null ? made : first;
  }
}
