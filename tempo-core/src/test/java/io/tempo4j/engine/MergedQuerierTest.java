package io.tempo4j.engine;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Parts that answer as one store: each turn, the next store gets the spans. */
class MergedQuerierTest extends TraceQuerierContract {

  @Override
  protected Subject open() throws IOException {
    return new Merged(3);
  }

  /** Several stores, the first with spans in heads, the second in blocks. */
  private static final class Merged implements Subject {
    private final List<StoreSubject> stores = new ArrayList<>();
    private final MergedQuerier querier;
    private int current;

    Merged(int count) throws IOException {
      List<QuerierPart> parts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        stores.add(new StoreSubject());
        parts.add(stores.get(i).store());
      }
      querier = new MergedQuerier(parts, ByteBudget.unbounded("queries"), MAX_TRACE_BYTES);
    }

    @Override
    public TraceQuerier querier() {
      return querier;
    }

    @Override
    public void append(TenantId tenant, ExportTraceServiceRequest request) throws IOException {
      stores.get(current).append(tenant, request);
    }

    @Override
    public void turn() throws IOException {
      stores.get(current).turn();
      current = (current + 1) % stores.size();
    }

    @Override
    public void lose() {
      stores.forEach(StoreSubject::lose);
    }

    @Override
    public void close() throws IOException {
      for (StoreSubject store : stores) {
        store.close();
      }
    }
  }
}
