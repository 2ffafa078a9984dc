package io.tempo4j.block;

import io.tempo4j.column.ReadCounts;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a query asks for of one block. Thread-safe. */
final class ReadTotals {

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong missing = new AtomicLong();
  private final AtomicLong cached = new AtomicLong();
  private final AtomicLong waited = new AtomicLong();

  void request(int length) {
    requests.incrementAndGet();
    bytes.addAndGet(length);
  }

  void announced(int ofMissing, int ofCached) {
    missing.addAndGet(ofMissing);
    cached.addAndGet(ofCached);
  }

  void waited(long nanos) {
    waited.addAndGet(nanos);
  }

  ReadCounts counts() {
    return new ReadCounts(requests.get(), bytes.get(), missing.get(), cached.get(), waited.get());
  }
}
