package io.tempo4j.receivers;

/**
 * One request's place among those in flight. Used by one thread at a time; hand-overs between
 * threads must publish it. Whoever holds it last closes it, once; a second close does nothing.
 */
public final class Admission implements AutoCloseable {

  private final InFlight inFlight;
  private long reservedBytes;
  private boolean closed;

  Admission(InFlight inFlight) {
    this.inFlight = inFlight;
  }

  /**
   * Counts bytes that are about to be allocated for the request.
   *
   * @param bytes how many more, not negative
   * @throws RequestRefusedException if they do not fit into the bound; nothing was counted
   */
  public void reserve(long bytes) throws RequestRefusedException {
    inFlight.reserve(reservedBytes, bytes);
    reservedBytes += bytes;
  }

  /** Gives back the place and everything reserved. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      inFlight.leave(reservedBytes);
    }
  }
}
