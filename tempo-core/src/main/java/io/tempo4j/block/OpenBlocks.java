package io.tempo4j.block;

import io.tempo4j.memory.ByteBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which blocks of a store are open: as many as a budget has room for the indexes of, those that
 * were used lately. Thread-safe.
 */
/*
 * Second chance: a hand goes round; a block that was used since it last came by stays. Queries that
 * work on a block keep what they use of it for as long as they do, whether it is closed or not.
 */
final class OpenBlocks {

  private final ByteBudget budget;
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by the lock
  private final List<BlockReader> open = new ArrayList<>();
  private int hand;

  OpenBlocks(ByteBudget budget) {
    this.budget = budget;
  }

  /** Makes room for a block that was opened by closing others; one may always be open. */
  void opened(BlockReader reader, long bytes) {
    List<OpenBlock> closed = new ArrayList<>();
    lock.lock();
    try {
      while (!budget.tryTake(bytes)) {
        if (open.isEmpty()) {
          budget.takeAlways(bytes);
          break;
        }
        closeNext(closed);
      }
      open.add(reader);
    } finally {
      lock.unlock();
    }
    closed.forEach(OpenBlock::forgetColumns);
  }

  private void closeNext(List<OpenBlock> closed) {
    for (int passed = 0; ; passed++) {
      hand = hand + 1 < open.size() ? hand + 1 : 0;
      BlockReader candidate = open.get(hand);
      if (!candidate.wasUsed() || passed > 2 * open.size()) {
        OpenBlock block = candidate.close();
        if (block != null) {
          budget.give(block.heapBytes());
          closed.add(block);
        }
        BlockReader last = open.removeLast();
        if (last != candidate) {
          open.set(hand, last);
        }
        return;
      }
    }
  }

  /** How many are open. */
  int count() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }
}
