package io.tempo4j.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A log that keeps its frames on a {@link Medium} in memory, for tests of what uses a log.
 *
 * <p>A log that is left without {@link #close} is as good as killed: the next one that is opened on
 * its medium takes over, and the old one refuses everything.
 */
public final class InMemoryWriteAheadLog implements WriteAheadLog {

  /** What survives the log. */
  public static final class Medium {
    private final List<Frame> frames = new ArrayList<>();
    private Object owner = this;
  }

  private record Frame(HeadId head, byte[] payload) {}

  private final Medium medium;
  private boolean replayed;

  private InMemoryWriteAheadLog(Medium medium) {
    this.medium = medium;
  }

  /** Opens the log of a medium. */
  public static InMemoryWriteAheadLog open(Medium medium) {
    InMemoryWriteAheadLog log = new InMemoryWriteAheadLog(medium);
    synchronized (medium) {
      medium.owner = log;
    }
    return log;
  }

  @Override
  public ReplayReport replay(FrameConsumer consumer) throws IOException {
    List<Frame> frames;
    synchronized (medium) {
      if (replayed) {
        throw new IllegalStateException("write-ahead log is replayed already");
      }
      frames = List.copyOf(medium.frames);
    }
    long bytes = 0;
    for (Frame frame : frames) {
      consumer.accept(frame.head(), frame.payload().clone(), 0, frame.payload().length);
      bytes += frame.payload().length;
    }
    synchronized (medium) {
      replayed = true;
    }
    return new ReplayReport(frames.isEmpty() ? 0 : 1, frames.size(), bytes, 0, 0);
  }

  @Override
  public void append(HeadId head, byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    synchronized (medium) {
      checkReady();
      medium.frames.add(new Frame(head, Arrays.copyOfRange(buffer, offset, offset + length)));
    }
  }

  @Override
  public void release(HeadId head) throws IOException {
    synchronized (medium) {
      checkReady();
      medium.frames.removeIf(frame -> frame.head().equals(head));
    }
  }

  @Override
  public long bytesOnDisk() {
    synchronized (medium) {
      return medium.frames.stream().mapToLong(frame -> frame.payload().length + 1L).sum();
    }
  }

  @Override
  public void close() {
    synchronized (medium) {
      if (medium.owner == this) {
        medium.owner = medium;
      }
    }
  }

  private void checkReady() throws IOException {
    if (medium.owner != this) {
      throw new IOException("write-ahead log is closed");
    }
    if (!replayed) {
      throw new IllegalStateException("write-ahead log is not replayed yet");
    }
  }
}
