package io.tempo4j.receivers;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The requests and bytes in flight, and their bounds. Thread-safe. */
final class InFlight {

  private final IntakeLimits limits;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  InFlight(IntakeLimits limits) {
    this.limits = limits;
  }

  Admission enter() throws RequestRefusedException {
    if (requests.incrementAndGet() > limits.maxRequests()) {
      requests.decrementAndGet();
      throw overloaded("more than " + limits.maxRequests() + " requests in flight");
    }
    return new Admission(this);
  }

  void reserve(long more) throws RequestRefusedException {
    if (bytes.addAndGet(more) > limits.maxBytes()) {
      bytes.addAndGet(-more);
      throw overloaded("more than " + limits.maxBytes() + " bytes of requests in flight");
    }
  }

  void leave(long reserved) {
    bytes.addAndGet(-reserved);
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
