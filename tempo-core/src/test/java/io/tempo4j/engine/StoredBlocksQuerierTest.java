package io.tempo4j.engine;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.model.TenantId;
import java.io.IOException;

/** The half of a store that is read from the object store: every request becomes a block. */
class StoredBlocksQuerierTest extends TraceQuerierContract {

  @Override
  protected Subject open() throws IOException {
    StoreSubject store = new StoreSubject();
    return new Subject() {
      private boolean hasTurned;

      @Override
      public TraceQuerier querier() {
        return store.store().storedBlocks();
      }

      @Override
      public void append(TenantId tenant, ExportTraceServiceRequest request) throws IOException {
        store.append(tenant, request);
        if (hasTurned) {
          store.store().flush(); // only what came before the turn may be lost
        } else {
          store.turn();
        }
      }

      @Override
      public void turn() {
        hasTurned = true;
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
