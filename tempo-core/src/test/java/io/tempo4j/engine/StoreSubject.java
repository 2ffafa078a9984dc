package io.tempo4j.engine;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A store in memory whose data turns into a block at every turn, for contracts. */
final class StoreSubject implements TraceQuerierContract.Subject {

  private final LosingStore blocks = new LosingStore();
  private final TraceStore store;

  StoreSubject() throws IOException {
    store =
        TraceStore.builder()
            .blocks(blocks)
            .withoutWal()
            .options(
                TraceStoreOptions.defaults()
                    .withMaxTraceBytes(TraceQuerierContract.MAX_TRACE_BYTES)
                    .withRowGroupSpans(5))
            .open();
  }

  /** Holds objects whose data can be taken away. */
  private static final class LosingStore extends ForwardingObjectStore {
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();

    LosingStore() {
      super(new InMemoryObjectStore());
    }

    @Override
    public void put(String key, ObjectBody body) throws IOException {
      super.put(key, body);
      written.add(key);
    }

    private Set<String> marked = Set.of();

    void mark() {
      marked = written.stream().filter(key -> key.endsWith("/data")).collect(Collectors.toSet());
    }

    void lose() {
      lost.addAll(marked);
    }

    private void require(String key) throws IOException {
      if (lost.contains(key)) {
        throw new NoSuchObjectException(key, "a test");
      }
    }

    @Override
    public byte[] get(String key) throws IOException {
      require(key);
      return super.get(key);
    }

    @Override
    public void read(String key, long offset, byte[] target, int targetOffset, int length)
        throws IOException {
      require(key);
      super.read(key, offset, target, targetOffset, length);
    }
  }

  TraceStore store() {
    return store;
  }

  @Override
  public TraceQuerier querier() {
    return store;
  }

  @Override
  public void append(TenantId tenant, ExportTraceServiceRequest request) throws IOException {
    if (store.append(tenant, request).rejectedSpans() > 0) {
      throw new AssertionError("spans were refused");
    }
  }

  @Override
  public void turn() throws IOException {
    store.flush();
    blocks.mark();
  }

  @Override
  public void lose() {
    blocks.lose();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
