package io.tempo4j.engine;

/** The log of a store without one: durable means visible in the object store, at a flush. */
final class NoLog implements WriteAheadLog {

  @Override
  public ReplayReport replay(FrameConsumer consumer) {
    return new ReplayReport(0, 0, 0, 0, 0);
  }

  @Override
  public void append(HeadId head, byte[] buffer, int offset, int length) {}

  @Override
  public void release(HeadId head) {}

  @Override
  public long bytesOnDisk() {
    return 0;
  }

  @Override
  public void close() {}
}
