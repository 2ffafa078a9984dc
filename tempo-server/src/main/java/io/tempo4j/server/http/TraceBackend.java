package io.tempo4j.server.http;

import io.tempo4j.engine.TraceQuerier;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.util.Optional;

/** What the API asks of a store. Thread-safe; calls may block. */
public interface TraceBackend {

  /** Where queries are asked. */
  TraceQuerier querier();

  /** Why blocks cannot be reached at the moment, if so; what is recent is served all the same. */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /** Size in bytes beyond which a trace comes in part only. */
  long maxTraceBytes();

  /**
   * Makes blocks of all recent spans and returns when these are visible.
   *
   * @throws IOException if blocks could not be written
   */
  void flush() throws IOException;

  /** As {@link #flush()}, for one tenant alone. */
  void flush(TenantId tenant) throws IOException;
}
