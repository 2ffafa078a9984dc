package io.tempo4j.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** A gate that is shut is empty once, when the last one has left, and never while one is inside. */
@JCStressTest
@Outcome(
    id = {"true, false, true", "false, false, true"},
    expect = Expect.ACCEPTABLE,
    desc = "entered before the gate was shut, or refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "empty while one is inside, or never")
@State
public class GateStress {

  private final Gate gate = new Gate();

  /** Enters, looks, and leaves. */
  @Actor
  public void append(ZZZ_Result result) {
    result.r1 = gate.enter();
    if (result.r1) {
      result.r2 = gate.empty().isDone();
      gate.leave();
    }
  }

  /** Shuts. */
  @Actor
  public void seal() {
    gate.shut();
  }

  /** Whether it is empty in the end. */
  @Arbiter
  public void empty(ZZZ_Result result) {
    result.r3 = gate.empty().isDone();
  }
}
