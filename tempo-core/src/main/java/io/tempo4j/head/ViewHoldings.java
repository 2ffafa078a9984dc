package io.tempo4j.head;

import io.tempo4j.memory.ByteLease;
import org.jspecify.annotations.Nullable;

/**
 * What a view of a head may keep of the columns that it gathers, and what it holds.
 *
 * <p>Thread-safe. A view that is still read when its holdings are closed keeps nothing more.
 */
final class ViewHoldings implements AutoCloseable {

  private final @Nullable ByteLease lease;
  private boolean keeps;

  private ViewHoldings(@Nullable ByteLease lease, boolean keeps) {
    this.lease = lease;
    this.keeps = keeps;
  }

  /** Keeps what {@code lease} has room for. */
  static ViewHoldings of(ByteLease lease) {
    return new ViewHoldings(lease, true);
  }

  /** Keeps everything: for views of little that live as long as one query. */
  static ViewHoldings uncounted() {
    return new ViewHoldings(null, true);
  }

  /** Keeps nothing: for readers that want every column once. */
  static ViewHoldings none() {
    return new ViewHoldings(null, false);
  }

  /** Whether {@code bytes} may be kept; they are held then. */
  synchronized boolean keep(long bytes) {
    return keeps && (lease == null || lease.tryGrow(bytes));
  }

  /** Counts bytes that cannot be done without. */
  synchronized void hold(long bytes) {
    if (keeps && lease != null) {
      lease.growAlways(bytes);
    }
  }

  synchronized void release(long bytes) {
    if (keeps && lease != null) {
      lease.shrink(bytes);
    }
  }

  /** Bytes held now. */
  long bytes() {
    return lease == null ? 0 : lease.bytes();
  }

  @Override
  public synchronized void close() {
    if (lease != null) {
      keeps = false;
      lease.close();
    }
  }
}
