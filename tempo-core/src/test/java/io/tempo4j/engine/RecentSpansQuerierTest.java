package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The half of a store that receives: heads, and blocks in local files while the store is away. */
class RecentSpansQuerierTest extends TraceQuerierContract {

  @TempDir private Path folder;

  @Override
  protected Subject open() throws IOException {
    LocalLife life = new LocalLife(folder);
    TraceStore store =
        life.builder(LocalLife.memory(64))
            .options(LocalLife.options().withMaxTraceBytes(MAX_TRACE_BYTES).withRowGroupSpans(5))
            .open();
    life.blocks.leave();
    return new Subject() {
      private boolean hasLost;

      @Override
      public TraceQuerier querier() {
        return store.recentSpans();
      }

      @Override
      public void append(TenantId tenant, ExportTraceServiceRequest request) throws IOException {
        if (store.append(tenant, request).rejectedSpans() > 0) {
          throw new AssertionError("spans were refused");
        }
      }

      @Override
      public void turn() {
        assertThatThrownBy(store::flush).hasMessageContaining("kept in local files");
      }

      @Override
      public void lose() throws IOException {
        hasLost = true;
        List<Path> data;
        try (Stream<Path> files = Files.walk(folder.resolve("sealed"))) {
          data = files.filter(file -> file.endsWith("data")).toList();
        }
        for (Path file : data) {
          Files.delete(file);
        }
      }

      @Override
      public void close() throws IOException {
        if (!hasLost) {
          life.blocks.comeBack();
        }
        store.close();
      }
    };
  }
}
