package io.tempo4j.query.schedule;

import java.time.Duration;

/**
 * How many queries a {@link QueryScheduler} takes.
 *
 * @param running most queries that run at a time, at least 1
 * @param paused most queries that have begun and wait on their thread for their next turn
 * @param waitingPerTenant most queries of one tenant beyond those that could run
 * @param waiting most queries of all tenants beyond those that could run
 * @param slice how long a query runs before others are preferred to it
 */
public record SchedulerBounds(
    int running, int paused, int waitingPerTenant, int waiting, Duration slice) {

  /** Checks the numbers. */
  public SchedulerBounds {
    if (running < 1 || paused < 0 || waitingPerTenant < 0 || waiting < 0 || slice.isNegative()) {
      throw new IllegalArgumentException(
          "running must be positive and nothing negative, got %d running, %d paused, %d waiting of"
                  .formatted(running, paused, waitingPerTenant)
              + " a tenant, %d waiting, %s".formatted(waiting, slice));
    }
  }
}
