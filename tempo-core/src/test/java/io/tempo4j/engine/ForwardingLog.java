package io.tempo4j.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A log that lets a test take part in what another does. */
abstract class ForwardingLog implements WriteAheadLog {

  private final WriteAheadLog log;

  ForwardingLog(WriteAheadLog log) {
    this.log = log;
  }

  @Override
  public ReplayReport replay(FrameConsumer consumer) throws IOException {
    return log.replay(consumer);
  }

  @Override
  public void append(HeadId head, byte[] buffer, int offset, int length) throws IOException {
    log.append(head, buffer, offset, length);
  }

  @Override
  public void release(HeadId head) throws IOException {
    log.release(head);
  }

  @Override
  public Optional<Path> folder() {
    return log.folder();
  }

  @Override
  public long bytesOnDisk() {
    return log.bytesOnDisk();
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
