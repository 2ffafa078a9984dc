package io.tempo4j.engine;

final class InMemoryWriteAheadLogTest extends WriteAheadLogContract {

  private final InMemoryWriteAheadLog.Medium medium = new InMemoryWriteAheadLog.Medium();

  @Override
  protected WriteAheadLog open() {
    return InMemoryWriteAheadLog.open(medium);
  }
}
