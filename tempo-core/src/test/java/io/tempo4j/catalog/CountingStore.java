package io.tempo4j.catalog;

import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Notes the requests that a store gets. Not thread-safe. */
final class CountingStore extends ForwardingObjectStore {

  private final List<String> requests = new ArrayList<>();

  CountingStore(ObjectStore store) {
    super(store);
  }

  /** The kinds of the requests since the last call. */
  List<String> taken() {
    List<String> taken = List.copyOf(requests);
    requests.clear();
    return taken;
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    requests.add("put");
    super.putIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) throws IOException {
    requests.add("get");
    return super.get(key);
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    requests.add("list");
    return super.list(request);
  }

  @Override
  public void delete(String key) throws IOException {
    requests.add("delete");
    super.delete(key);
  }
}
