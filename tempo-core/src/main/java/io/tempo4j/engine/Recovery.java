package io.tempo4j.engine;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.head.Head;
import io.tempo4j.head.HeadFullException;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what a log holds from an earlier life of the store.
 *
 * <p>A frame belongs to the head that it was appended for. If the block of that head is visible,
 * all its frames are in it (the block is written after the last append) and are dropped. Else the
 * head comes to life again, under the same id, and is flushed.
 *
 * <p>Needs no more memory than heads may have: where the room for them ends, the largest becomes a
 * block of its own in local files, a part, and goes on empty. {@link ReplayedParts} keeps which
 * frames are in parts, so that a crash in between doubles and loses nothing.
 */
final class Recovery {

  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  /** Makes blocks of parts of heads. */
  interface PartWriter {

    /** Writes what {@code head} holds as a sealed block, which replaces it in the view. */
    BlockMeta write(TenantSpans spans, LiveHead head, UUID block) throws IOException;
  }

  /** A head in the log. */
  private static final class Replayed {
    final HeadId id;
    final boolean isVisible;
    final long framesInParts;
    final TenantSpans spans;
    @Nullable LiveHead head;
    long frames;
    boolean hasParts;

    Replayed(HeadId id, boolean isVisible, long framesInParts, TenantSpans spans) {
      this.id = id;
      this.isVisible = isVisible;
      this.framesInParts = framesInParts;
      this.hasParts = framesInParts > 0;
      this.spans = spans;
    }

    LiveHead live() {
      return Objects.requireNonNull(head);
    }

    long heldBytes() {
      return head == null || head.head().spanCount() == 0 ? 0 : head.heldBytes();
    }
  }

  private final WriteAheadLog wal;
  private final Predicate<HeadId> isVisible;
  private final Tenants tenants;
  private final @Nullable ReplayedParts parts;
  private final Predicate<HeadId> isSealed;
  private final PartWriter writer;
  private final Supplier<UUID> blockIds;
  private final ByteBudget heads;
  private final Counters counters;
  private final Map<HeadId, Replayed> found = new LinkedHashMap<>();
  private long malformed;

  /**
   * Prepares a replay.
   *
   * @param isVisible whether the block of a head is known to be in the object store
   * @param parts notes of parts; null if there are no local files for them
   * @param isSealed whether a block is in local files
   * @param heads the room for heads
   */
  Recovery(
      WriteAheadLog wal,
      Predicate<HeadId> isVisible,
      Tenants tenants,
      @Nullable ReplayedParts parts,
      Predicate<HeadId> isSealed,
      PartWriter writer,
      Supplier<UUID> blockIds,
      ByteBudget heads,
      Counters counters) {
    this.wal = wal;
    this.isVisible = isVisible;
    this.tenants = tenants;
    this.parts = parts;
    this.isSealed = isSealed;
    this.writer = writer;
    this.blockIds = blockIds;
    this.heads = heads;
    this.counters = counters;
  }

  /** A head that is left to flush. */
  record ToFlush(TenantSpans spans, LiveHead head) {}

  /** Replays the log; what it returns is in the views already. */
  List<ToFlush> run() throws IOException {
    WriteAheadLog.ReplayReport report = wal.replay(this::take);
    List<ToFlush> left = new ArrayList<>();
    int released = 0;
    for (Replayed replayed : found.values()) {
      if (replayed.hasParts && replayed.heldBytes() > 0) {
        var unused = writer.write(replayed.spans, replayed.live(), replayed.id.blockId());
        replayed.head = null;
      }
      if (replayed.head != null) {
        left.add(new ToFlush(replayed.spans, replayed.head));
      } else {
        wal.release(replayed.id);
        released++;
      }
    }
    if (parts != null) {
      parts.keepOnly(found::containsKey);
    }
    if (report.frames() + report.damagedFrames() + report.tornBytes() > 0) {
      LOG.log(
          report.damagedFrames() > 0 ? Level.WARNING : Level.INFO,
          "Took over the log: {0} frames with {1} bytes in {2} segments, {3} heads to flush,"
              + " {4} already in blocks; skipped {5} damaged stretches, {6} bytes of torn tails,"
              + " {7} undecodable frames",
          report.frames(),
          report.bytes(),
          report.segments(),
          left.size(),
          released,
          report.damagedFrames(),
          report.tornBytes(),
          malformed);
    }
    return left;
  }

  private void take(HeadId id, byte[] buffer, int offset, int length) throws IOException {
    Replayed replayed = found.computeIfAbsent(id, this::begin);
    if (!replayed.isVisible && replayed.frames >= replayed.framesInParts) {
      while (!append(replayed, buffer, offset, length)) {
        makeRoom(replayed);
      }
    }
    replayed.frames++;
  }

  private Replayed begin(HeadId id) {
    long inParts = parts == null ? 0 : parts.framesOf(id, isSealed);
    boolean isDone = isVisible.test(id) || isSealed.test(id);
    return new Replayed(id, isDone, inParts, tenants.of(id.tenant()));
  }

  /** Whether there was room for a frame. */
  private boolean append(Replayed replayed, byte[] buffer, int offset, int length) {
    if (replayed.head == null) {
      replayed.head = recovered(replayed, parts == null);
    }
    LiveHead head = replayed.live();
    try {
      Head.Appended appended = head.head().append(buffer, offset, length);
      head.received(length);
      counters.unflushedBytes.addAndGet(length);
      counters.replayedSpans.add(appended.acceptedSpans());
      return true;
    } catch (MalformedOtlpException e) {
      // it was decoded before it was logged, so this is damage that the checksum did not show
      malformed++;
      LOG.log(Level.WARNING, "Skipping a frame of head {0}: {1}", replayed.id, e.getMessage());
      return true;
    } catch (HeadFullException e) {
      return false;
    }
  }

  private LiveHead recovered(Replayed replayed, boolean isBoundless) {
    ByteBudget boundless = ByteBudget.unbounded("what is taken over from the log");
    ByteLease room = isBoundless ? boundless.lease() : heads.lease();
    return replayed.spans.addRecovered(replayed.id, room);
  }

  /** Makes a part of the largest head; a frame that is larger than all room is let in alone. */
  private void makeRoom(Replayed wanting) throws IOException {
    Replayed largest = wanting;
    for (Replayed other : found.values()) {
      if (other.heldBytes() > largest.heldBytes()) {
        largest = other;
      }
    }
    if (parts == null || largest.heldBytes() == 0) {
      wanting.spans.drop(wanting.live());
      wanting.live().letGo();
      wanting.head = recovered(wanting, true);
      return;
    }
    UUID part = blockIds.get();
    parts.intend(largest.id, part, largest.frames);
    var unused = writer.write(largest.spans, largest.live(), part);
    parts.written(largest.id, part, largest.frames);
    largest.hasParts = true;
    largest.head = null;
  }
}
