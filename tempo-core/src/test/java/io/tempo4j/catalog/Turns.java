package io.tempo4j.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads run one at a time, in an order of chance: the same seed gives the same order, if
 * they differ in nothing else.
 */
final class Turns {

  /** Something that takes turns. */
  @FunctionalInterface
  interface Actor {
    void run() throws Exception;
  }

  /** A thread, and what lets it run. */
  private record Waiting(Thread thread, Semaphore turn) {}

  private final Random random;
  private final List<Waiting> alive = new ArrayList<>();
  private volatile @Nullable Waiting running;
  private volatile @Nullable Throwable failure;

  Turns(Random random) {
    this.random = random;
  }

  /** Runs the actors to their ends; the first failure of one is thrown. */
  void run(List<Actor> actors) throws Exception {
    for (Actor actor : actors) {
      Semaphore turn = new Semaphore(0);
      alive.add(new Waiting(Thread.ofPlatform().unstarted(() -> live(actor, turn)), turn));
    }
    List<Waiting> all = List.copyOf(alive);
    all.forEach(one -> one.thread.start());
    pass();
    for (Waiting one : all) {
      one.thread.join();
    }
    if (failure != null) {
      throw new AssertionError("an actor failed", failure);
    }
  }

  private void live(Actor actor, Semaphore turn) {
    turn.acquireUninterruptibly();
    try {
      actor.run();
    } catch (Throwable e) {
      failure = failure == null ? e : failure;
    } finally {
      alive.remove(running);
      pass();
    }
  }

  /** Lets somebody go on, perhaps the caller; returns when it is the caller's turn. */
  void step() {
    Waiting caller = running;
    if (caller != null && caller.thread == Thread.currentThread()) { // else the test, at its end
      pass();
      caller.turn.acquireUninterruptibly();
    }
  }

  /** Only who runs changes what is here. */
  private void pass() {
    Waiting next = alive.isEmpty() ? null : alive.get(random.nextInt(alive.size()));
    running = next;
    if (next != null) {
      next.turn.release();
    }
  }
}
