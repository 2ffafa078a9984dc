package io.tempo4j.receivers.transport;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches that a body comes fast enough, so that senders which trickle do not keep their place for
 * ever. Used on the request's event loop alone.
 */
final class SenderPace {

  /** How often it is looked at. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private final ScheduledExecutorService eventLoop;
  private final int minBytesPerSecond;
  private final Duration interval;
  private @Nullable ScheduledFuture<?> watch;
  private long bytes;

  /**
   * A watch.
   *
   * @param minBytesPerSecond what a sender must send on average of an interval; 0 for no watch
   */
  SenderPace(ScheduledExecutorService eventLoop, int minBytesPerSecond, Duration interval) {
    this.eventLoop = eventLoop;
    this.minBytesPerSecond = minBytesPerSecond;
    this.interval = interval;
  }

  /** Begins to watch; {@code slow} runs once when too little came. */
  void begin(Runnable slow) {
    if (watch == null && minBytesPerSecond > 0) {
      long nanos = interval.toNanos();
      long least = minBytesPerSecond * interval.toMillis() / 1000;
      watch =
          eventLoop.scheduleAtFixedRate(
              () -> {
                if (bytes < least) {
                  end();
                  slow.run();
                }
                bytes = 0;
              },
              nanos,
              nanos,
              TimeUnit.NANOSECONDS);
    }
  }

  int minBytesPerSecond() {
    return minBytesPerSecond;
  }

  /** Counts what came. */
  void came(int more) {
    bytes += more;
  }

  /** Ends to watch. */
  void end() {
    if (watch != null) {
      watch.cancel(false);
    }
  }
}
