package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.BlockWriter;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.UUID;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/**
 * A head becomes a block while a query claims the view: every span is there once, and what the head
 * held is given back in the end.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the span, and all bytes given back")
@Outcome(expect = Expect.FORBIDDEN, desc = "a span that is not there or twice, or lost bytes")
@State
public class ViewStress {

  private static final UUID ID = new UUID(1, 2);
  private static final byte[] REQUEST = request();
  private static final BlockReader BLOCK = block();

  private final MemoryPlan memory = MemoryPlan.of(256L << 20, 64L << 20);
  private final TenantSpans spans =
      new TenantSpans(TenantId.SINGLE, System::nanoTime, UUID::randomUUID, 1024, memory);
  private final ByteLease lease = memory.heads().lease();
  private final LiveHead head = spans.addRecovered(new HeadId(TenantId.SINGLE, ID), lease);

  /** A tenant with one head of one span. */
  public ViewStress() {
    try {
      head.head().append(REQUEST, 0, REQUEST.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Flushes. */
  @Actor
  public void flush() {
    spans.publish(head, BLOCK);
    head.letGo();
  }

  /** Queries. */
  @Actor
  public void query(IJ_Result result) {
    TenantSpans.View view = spans.claimView();
    try {
      result.r1 = spans(view);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      view.release();
    }
  }

  private static int spans(TenantSpans.View view) throws IOException {
    int count = 0;
    for (SpanSource source : view.sources()) {
      for (RowGroup group : source.rowGroups()) {
        count += group.spanCount();
      }
    }
    return count;
  }

  /** What the head holds in the end. */
  @Arbiter
  public void held(IJ_Result result) {
    result.r2 = lease.bytes();
  }

  private static byte[] request() {
    WireWriter out = new WireWriter(256);
    int resourceSpans = out.begin(1);
    int scopeSpans = out.begin(2);
    int span = out.begin(2);
    out.id128(1, 1, 2);
    out.id64(2, 3);
    out.fixed64(7, 1000);
    out.fixed64(8, 2000);
    out.end(span);
    out.end(scopeSpans);
    out.end(resourceSpans);
    return out.toByteArray();
  }

  private static BlockReader block() {
    try {
      Head head = new Head("block", 1024);
      head.append(REQUEST, 0, REQUEST.length);
      InMemoryObjectStore store = new InMemoryObjectStore();
      BlockMeta meta =
          BlockWriter.write(store, TenantId.SINGLE, ID, head.viewForWriting(), Instant.EPOCH);
      return BlockReader.open(store, meta, new BlockCache(1 << 20));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
