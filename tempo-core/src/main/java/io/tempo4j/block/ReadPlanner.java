package io.tempo4j.block;

import io.tempo4j.column.ReadCounts;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.storage.ParallelReads;
import io.tempo4j.storage.ReadPolicy;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Plans what queries read from the blocks of one object store, as the store wants to be read.
 *
 * <p>Thread-safe. The threads belong to the caller.
 */
public final class ReadPlanner {

  /** What all queries together may hold, in multiples of what one may. */
  private static final int QUERIES = 4;

  private final ParallelReads threads;
  private final ReadPolicy policy;
  private final ByteBudget budget;
  private final AtomicReference<ReadCounts> counts = new AtomicReference<>(ReadCounts.NONE);

  /**
   * A planner.
   *
   * @param queries what queries hold is a part of this
   */
  public ReadPlanner(ParallelReads threads, ReadPolicy policy, ByteBudget queries) {
    this.threads = threads;
    this.policy = policy;
    this.budget =
        queries.part(
            "bytes read ahead",
            Math.min((long) QUERIES * policy.aheadBytes(), queries.limitBytes() / QUERIES));
  }

  /**
   * The reads of one query; to be closed when it ends.
   *
   * @param check throws if the query should end; called by whoever waits for bytes
   */
  public QueryReads begin(Runnable check) {
    return new QueryReads(this, check);
  }

  /** What the queries that have ended asked for, all together. */
  public ReadCounts counts() {
    return counts.get();
  }

  void ended(ReadCounts query) {
    counts.accumulateAndGet(query, ReadCounts::plus);
  }

  /** Bytes that queries hold of what they read ahead. */
  public long heldBytes() {
    return budget.heldBytes();
  }

  ParallelReads threads() {
    return threads;
  }

  ReadPolicy policy() {
    return policy;
  }

  /** Takes bytes from what all queries may hold; false if they are not there. */
  boolean take(int bytes) {
    return budget.tryTake(bytes);
  }

  void giveBack(long bytes) {
    budget.give(bytes);
  }
}
