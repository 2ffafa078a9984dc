package io.tempo4j.server.http;

import java.util.Optional;

/**
 * How far the server is. Begins as starting, becomes ready once with a store, ends as stopping.
 * Thread-safe.
 */
public final class ServerState {

  private enum Phase {
    STARTING("Starting"),
    RUNNING("Running"),
    STOPPING("Stopping");

    private final String title;

    Phase(String title) {
      this.title = title;
    }
  }

  private record Snapshot(Phase phase, Optional<TraceBackend> backend) {}

  private volatile Snapshot snapshot = new Snapshot(Phase.STARTING, Optional.empty());

  /** The log is replayed and the blocks are known: queries can be answered. */
  public void ready(TraceBackend backend) {
    snapshot = new Snapshot(Phase.RUNNING, Optional.of(backend));
  }

  /** Nothing new should come; what is asked is still answered. */
  public void stopping() {
    snapshot = new Snapshot(Phase.STOPPING, snapshot.backend());
  }

  /** The store, once it is open. */
  Optional<TraceBackend> backend() {
    return snapshot.backend();
  }

  boolean isReady() {
    return snapshot.phase() == Phase.RUNNING;
  }

  String title() {
    return snapshot.phase().title;
  }
}
