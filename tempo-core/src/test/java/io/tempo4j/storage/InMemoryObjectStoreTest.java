package io.tempo4j.storage;

final class InMemoryObjectStoreTest extends ObjectStoreContract {

  @Override
  protected ObjectStore openEmpty() {
    return new InMemoryObjectStore();
  }
}
