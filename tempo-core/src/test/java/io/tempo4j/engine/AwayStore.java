package io.tempo4j.engine;

import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.net.ConnectException;

/** A store that is away while a test says so. */
final class AwayStore extends ForwardingObjectStore {

  private volatile boolean isAway;

  AwayStore(ObjectStore store) {
    super(store);
  }

  void leave() {
    isAway = true;
  }

  void comeBack() {
    isAway = false;
  }

  private void reach() throws IOException {
    if (isAway) {
      throw new StoreUnavailableException(
          "nothing answers at the store's address", new ConnectException("refused"));
    }
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    reach();
    super.put(key, body);
  }

  @Override
  public byte[] get(String key) throws IOException {
    reach();
    return super.get(key);
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    reach();
    super.read(key, offset, target, targetOffset, length);
  }

  @Override
  public long size(String key) throws IOException {
    reach();
    return super.size(key);
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    reach();
    return super.list(request);
  }

  /** A new store comes and goes with every life of the trace store; what is behind stays. */
  @Override
  public void close() {}
}
