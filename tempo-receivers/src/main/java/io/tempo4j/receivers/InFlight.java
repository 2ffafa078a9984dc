package io.tempo4j.receivers;

import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.MemoryPlan;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The requests and bytes in flight, and their bounds. Thread-safe. */
final class InFlight {

  private final IntakeLimits limits;
  private final ByteBudget budget;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** Nothing in flight; bytes are taken from {@code budget}, too. */
  InFlight(IntakeLimits limits, ByteBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  Admission enter() throws RequestRefusedException {
    if (requests.incrementAndGet() > limits.maxRequests()) {
      requests.decrementAndGet();
      throw overloaded("more than " + limits.maxRequests() + " requests in flight");
    }
    return new Admission(this);
  }

  /** Takes {@code more} bytes for a request that has {@code reserved}. */
  void reserve(long reserved, long more) throws RequestRefusedException {
    if (reserved + more > budget.limitBytes()) {
      throw new RequestRefusedException(
          RequestOutcome.TOO_LARGE, MemoryPlan.refusal(budget, reserved + more));
    }
    if (bytes.addAndGet(more) > limits.maxBytes()) {
      bytes.addAndGet(-more);
      throw overloaded("more than " + limits.maxBytes() + " bytes of requests in flight");
    }
    if (!budget.tryTake(more)) {
      bytes.addAndGet(-more);
      throw overloaded(MemoryPlan.refusal(budget, more));
    }
  }

  void leave(long reserved) {
    bytes.addAndGet(-reserved);
    budget.give(reserved);
    requests.decrementAndGet();
  }

  int requests() {
    return requests.get();
  }

  long bytes() {
    return bytes.get();
  }

  private RequestRefusedException overloaded(String what) {
    return new RequestRefusedException(RequestOutcome.OVERLOADED, what, limits.retryAfter());
  }
}
