package io.tempo4j.engine;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.util.List;

/** The halves of a store, put together as if they were in two processes. */
class MergedHalvesQuerierTest extends TraceQuerierContract {

  @Override
  protected Subject open() throws IOException {
    StoreSubject store = new StoreSubject();
    MergedQuerier merged =
        new MergedQuerier(
            List.of(store.store().recentSpans(), store.store().storedBlocks()),
            ByteBudget.unbounded("queries"),
            MAX_TRACE_BYTES);
    return new Subject() {
      @Override
      public TraceQuerier querier() {
        return merged;
      }

      @Override
      public void append(TenantId tenant, ExportTraceServiceRequest request) throws IOException {
        store.append(tenant, request);
      }

      @Override
      public void turn() throws IOException {
        store.turn();
      }

      @Override
      public void lose() {
        store.lose();
      }

      @Override
      public void close() throws IOException {
        store.close();
      }
    };
  }
}
