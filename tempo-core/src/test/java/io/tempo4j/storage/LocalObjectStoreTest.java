package io.tempo4j.storage;

import java.io.IOException;

final class LocalObjectStoreTest extends ObjectStoreContract {

  @Override
  protected ObjectStore openEmpty() throws IOException {
    return LocalObjectStore.open(folder.resolve("store"));
  }
}
