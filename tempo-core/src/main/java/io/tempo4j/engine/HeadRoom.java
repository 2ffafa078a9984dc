package io.tempo4j.engine;

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

  /** Heap bytes that columns grow by at most for a byte of OTLP, room to grow included. */
  private static final long GROWTH = 4;

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

  /**
   * Takes room for what the columns of some head may grow by.
   *
   * @param length bytes of OTLP
   * @return to be closed when the head holds what it needs
   */
  ByteLease admit(TenantSpans sender, int length) throws OverloadedException {
    // A request that could not be admitted into an empty store would never be.
    long wanted = Math.min(GROWTH * length, budget.limitBytes() / 2);
    ByteLease lease = budget.lease();
    if (!lease.tryGrow(wanted)) {
      relieve(sender);
      throw new OverloadedException(MemoryPlan.refusal(budget, wanted), RETRY_AFTER);
    }
    return lease;
  }

  /** Notes what a head holds after an append, and has heads cut if that leaves too little. */
  void appended(TenantSpans sender, LiveHead head) {
    head.settle();
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
