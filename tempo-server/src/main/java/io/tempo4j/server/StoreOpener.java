package io.tempo4j.server;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.server.config.TempoConfig;
import java.io.IOException;

/** Opens the store that the configuration describes. */
@FunctionalInterface
interface StoreOpener {

  /**
   * Returns when the log is replayed and all blocks are known.
   *
   * @param registry takes the store's metrics
   * @throws IOException if the store cannot be opened; the message says what to change
   */
  ServedStore open(TempoConfig config, PrometheusRegistry registry) throws IOException;
}
