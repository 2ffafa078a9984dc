package io.tempo4j.storage;

import java.io.IOException;

/**
 * A store that asks another one; for stores that change some of what it does.
 *
 * <p>Owns the other one and closes it. As thread-safe as that one is.
 */
public abstract class ForwardingObjectStore implements ObjectStore {

  /** Who is asked. */
  protected final ObjectStore store;

  /** Asks {@code store}. */
  protected ForwardingObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    store.put(key, body);
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    store.putIfAbsent(key, body);
  }

  @Override
  public boolean supportsConditionalPut() {
    return store.supportsConditionalPut();
  }

  @Override
  public byte[] get(String key) throws IOException {
    return store.get(key);
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    store.read(key, offset, target, targetOffset, length);
  }

  @Override
  public long size(String key) throws IOException {
    return store.size(key);
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    return store.list(request);
  }

  @Override
  public void delete(String key) throws IOException {
    store.delete(key);
  }

  @Override
  public void forget(String key) {
    store.forget(key);
  }

  @Override
  public boolean isNear(String key, long offset, int length) {
    return store.isNear(key, offset, length);
  }

  @Override
  public ReadPolicy readPolicy() {
    return store.readPolicy();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
