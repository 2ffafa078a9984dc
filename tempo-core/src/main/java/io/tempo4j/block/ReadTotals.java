package io.tempo4j.block;

import io.tempo4j.column.ReadCounts;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a query reads of one block. Thread-safe. */
final class ReadTotals {

  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong fromDisk = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong joined = new AtomicLong();
  private final AtomicLong cachedColumns = new AtomicLong();
  private final AtomicLong cachedFilters = new AtomicLong();
  private final AtomicLong waited = new AtomicLong();

  void read(int length) {
    reads.incrementAndGet();
    bytes.addAndGet(length);
  }

  void fromDisk() {
    fromDisk.incrementAndGet();
  }

  void columns(int missing, int cached) {
    joined.addAndGet(missing);
    cachedColumns.addAndGet(cached);
  }

  void filter(boolean isCached) {
    (isCached ? cachedFilters : joined).incrementAndGet();
  }

  void waited(long nanos) {
    waited.addAndGet(nanos);
  }

  ReadCounts counts() {
    return new ReadCounts(
        reads.get(),
        fromDisk.get(),
        bytes.get(),
        joined.get(),
        cachedColumns.get(),
        cachedFilters.get(),
        waited.get());
  }
}
