package io.tempo4j.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** A budget never gives out more than it has, and gets everything back. */
public final class ByteBudgetStress {

  private ByteBudgetStress() {}

  /** Two parts of a whole that has room for one of them. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 6", "false, true, 6"},
      expect = Expect.ACCEPTABLE,
      desc = "one of them has the room")
  @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or none")
  @State
  public static class Taking {
    private final ByteBudget whole = ByteBudget.of("whole", 10);
    private final ByteBudget one = whole.part("one", 10);
    private final ByteBudget other = whole.part("other", 10);

    /** Takes. */
    @Actor
    public void one(ZZJ_Result result) {
      result.r1 = one.tryTake(6);
    }

    /** Takes. */
    @Actor
    public void other(ZZJ_Result result) {
      result.r2 = other.tryTake(6);
    }

    /** What is held in the end. */
    @Arbiter
    public void held(ZZJ_Result result) {
      result.r3 = whole.heldBytes();
    }
  }

  /** A lease that grows while its holder ends. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nothing is left")
  @Outcome(expect = Expect.FORBIDDEN, desc = "bytes that nobody gives back")
  @State
  public static class Closing {
    private final ByteBudget budget = ByteBudget.of("budget", 10);
    private final ByteLease lease = budget.lease();

    /** Grows, before the end or in vain. */
    @Actor
    public void grow() {
      try {
        var unused = lease.tryGrow(6);
      } catch (IllegalStateException e) {
        // it has ended
      }
    }

    /** Ends. */
    @Actor
    public void close() {
      lease.close();
    }

    /** What is held in the end. */
    @Arbiter
    public void held(J_Result result) {
      result.r1 = budget.heldBytes();
    }
  }
}
