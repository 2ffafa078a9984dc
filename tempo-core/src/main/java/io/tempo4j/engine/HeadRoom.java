package io.tempo4j.engine;

import io.tempo4j.head.HeadFullException;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.MemoryPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The room that heads share: admits appends by the heap bytes that heads need for them, and has
 * heads cut when it gets scarce.
 *
 * <p>Half of the room is for heads that fill, the other half for those that wait for their block.
 * When filling heads need more than their half, the largest are cut until they need three eighths.
 * A tenant whose head is larger than the average pays first for what it sends.
 *
 * <p>Thread-safe.
 */
final class HeadRoom {

  /** What a head with a few spans needs. */
  private static final long LEAST_HEAD_BYTES = 16 << 10;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ByteBudget budget;
  private final Collection<TenantSpans> tenants;
  private final BiConsumer<TenantSpans, LiveHead> cut;
  private volatile long looked;

  /**
   * The room of one store.
   *
   * @param tenants a live view of all tenants
   * @param cut cuts a head that fills; does nothing if it does not any more
   */
  HeadRoom(
      ByteBudget budget, Collection<TenantSpans> tenants, BiConsumer<TenantSpans, LiveHead> cut) {
    this.budget = budget;
    this.tenants = tenants;
    this.cut = cut;
  }

  /** What a new head takes its bytes from. */
  ByteLease lease() {
    return budget.lease();
  }

  /** Refuses a request that needs a new head if there is no room for one. */
  void admit(TenantSpans sender) throws OverloadedException {
    if (sender.filling() == null && budget.limitBytes() - budget.heldBytes() < LEAST_HEAD_BYTES) {
      relieve(sender);
      throw new OverloadedException(MemoryPlan.refusal(budget, LEAST_HEAD_BYTES), RETRY_AFTER);
    }
  }

  /**
   * Makes room after a head refused a request.
   *
   * @return whether the sender's next head may take it
   */
  boolean relieve(TenantSpans sender, LiveHead full) {
    relieve(sender);
    if (full.head().spanCount() == 0) {
      return false;
    }
    cut.accept(sender, full);
    return true;
  }

  /** What is said to the sender of a request for which there is no room. */
  OverloadedException refusal(HeadFullException full) {
    return new OverloadedException(MemoryPlan.refusal(budget, full.wantedBytes()), RETRY_AFTER);
  }

  /** Has heads cut if what an append left is too little. */
  void appended(TenantSpans sender) {
    long held = budget.heldBytes();
    // Heads that wait for their block keep the room scarce; to look again and again is no use.
    if (held > budget.limitBytes() / 2 && Math.abs(held - looked) > budget.limitBytes() / 32) {
      relieve(sender);
      looked = held;
    }
  }

  private void relieve(TenantSpans sender) {
    List<Map.Entry<TenantSpans, LiveHead>> filling = new ArrayList<>();
    long bytes = 0;
    for (TenantSpans spans : tenants) {
      LiveHead head = spans.filling();
      if (head != null) {
        head.head().dropView(); // it can be made again
        filling.add(Map.entry(spans, head));
        bytes += head.heldBytes();
      }
    }
    if (bytes <= budget.limitBytes() / 2) {
      return;
    }
    long average = bytes / filling.size();
    Comparator<Map.Entry<TenantSpans, LiveHead>> senderFirst =
        Comparator.comparing(
            entry -> entry.getKey() != sender || entry.getValue().heldBytes() < average);
    filling.sort(
        senderFirst.thenComparing(
            Comparator.comparingLong(
                (Map.Entry<TenantSpans, LiveHead> entry) -> -entry.getValue().heldBytes())));
    long goal = budget.limitBytes() / 8 * 3;
    for (Map.Entry<TenantSpans, LiveHead> entry : filling) {
      if (bytes <= goal) {
        return;
      }
      bytes -= entry.getValue().heldBytes();
      cut.accept(entry.getKey(), entry.getValue());
    }
  }
}
