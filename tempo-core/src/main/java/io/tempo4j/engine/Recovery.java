package io.tempo4j.engine;

import io.tempo4j.head.HeadFullException;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Takes over what a log holds from an earlier life of the store.
 *
 * <p>A frame belongs to the head that it was appended for. If the block of that head is visible,
 * all its frames are in it (the block is written after the last append) and are dropped. Else the
 * head comes to life again, under the same id, and is flushed.
 */
final class Recovery {

  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  private final WriteAheadLog wal;
  private final Catalog catalog;
  private final Function<TenantId, TenantSpans> spansOf;
  private final Counters counters;
  private final Map<HeadId, LiveHead> recovered = new LinkedHashMap<>();
  private final Set<HeadId> visible = new HashSet<>();
  private long malformed;

  Recovery(
      WriteAheadLog wal,
      Catalog catalog,
      Function<TenantId, TenantSpans> spansOf,
      Counters counters) {
    this.wal = wal;
    this.catalog = catalog;
    this.spansOf = spansOf;
    this.counters = counters;
  }

  /** What is left to flush. */
  record Recovered(Map<LiveHead, TenantSpans> heads) {
    void forEach(BiConsumer<TenantSpans, LiveHead> flush) {
      heads.forEach((head, spans) -> flush.accept(spans, head));
    }
  }

  Recovered run() throws IOException {
    WriteAheadLog.ReplayReport report = wal.replay(this::take);
    for (HeadId head : visible) {
      wal.release(head);
    }
    Map<LiveHead, TenantSpans> heads = new LinkedHashMap<>();
    recovered.forEach((id, head) -> heads.put(head, spansOf.apply(id.tenant())));
    if (report.frames() + report.damagedFrames() + report.tornBytes() > 0) {
      LOG.log(
          report.damagedFrames() > 0 ? Level.WARNING : Level.INFO,
          "Took over the log: {0} frames with {1} bytes in {2} segments, {3} heads to flush,"
              + " {4} already in blocks; skipped {5} damaged stretches, {6} bytes of torn tails,"
              + " {7} undecodable frames",
          report.frames(),
          report.bytes(),
          report.segments(),
          heads.size(),
          visible.size(),
          report.damagedFrames(),
          report.tornBytes(),
          malformed);
    }
    return new Recovered(heads);
  }

  private void take(HeadId id, byte[] buffer, int offset, int length) throws IOException {
    if (visible.contains(id)) {
      return;
    }
    LiveHead head = recovered.get(id);
    if (head == null) {
      if (catalog.exists(id.tenant(), id.blockId())) {
        visible.add(id);
        return;
      }
      head = spansOf.apply(id.tenant()).addRecovered(id);
      recovered.put(id, head);
    }
    head.enter(length);
    try {
      int spans = head.head().append(buffer, offset, length).acceptedSpans();
      counters.replayedSpans.add(spans);
      counters.unflushedBytes.addAndGet(length);
    } catch (MalformedOtlpException e) {
      // it was decoded before it was logged, so this is damage that the checksum did not show
      malformed++;
      LOG.log(Level.WARNING, "Skipping a frame of head {0}: {1}", id, e.getMessage());
    } catch (HeadFullException e) {
      throw new IOException("a head that is taken over from the log: " + e.getMessage(), e);
    } finally {
      head.settle();
      head.leave();
    }
  }
}
