package io.tempo4j.server.http;

import io.tempo4j.engine.TraceQuerier;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.util.Optional;

/** A store as the API asks it. */
public final class StoreBackend implements TraceBackend {

  private final TraceStore store;
  private final long maxTraceBytes;

  /**
   * Answers from {@code store}, which stays the caller's to close.
   *
   * @param maxTraceBytes what the store was opened with
   */
  public StoreBackend(TraceStore store, long maxTraceBytes) {
    this.store = store;
    this.maxTraceBytes = maxTraceBytes;
  }

  @Override
  public TraceQuerier querier() {
    return store;
  }

  @Override
  public Optional<String> unavailable() {
    return store.unavailable();
  }

  @Override
  public long maxTraceBytes() {
    return maxTraceBytes;
  }

  @Override
  public void flush() throws IOException {
    store.flush();
  }

  @Override
  public void flush(TenantId tenant) throws IOException {
    store.flush(tenant);
  }
}
