package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import io.tempo4j.engine.WriteAheadLog.FrameConsumer;
import io.tempo4j.engine.WriteAheadLog.ReplayReport;
import io.tempo4j.model.UnsupportedFormatException;
import io.tempo4j.wal.FrameScanner.Item;
import io.tempo4j.wal.WalFormat.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Reads the segments of earlier lives twice: first the headers alone, to learn which heads were
 * released, then everything, to deliver what is still needed. A frame is delivered unless a release
 * of its head stands behind it in the log.
 */
final class SegmentReplay {

  private static final System.Logger LOG = System.getLogger("io.tempo4j.wal");
  private static final int WINDOW_BYTES = 256 << 10;

  /** Place of a frame in the whole log. */
  private record Position(long segment, long offset) {
    boolean isBefore(Position other) {
      return segment != other.segment ? segment < other.segment : offset < other.offset;
    }
  }

  private final SegmentFolder folder;
  private final SegmentLedger ledger;
  private final FrameConsumer consumer;
  private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES);
  private final Map<HeadId, Position> releases = new HashMap<>();
  private byte[] payload = new byte[0];

  private long frames;
  private long bytes;
  private long damagedFrames;
  private long tornBytes;

  /**
   * Prepares a replay.
   *
   * @param folder holds the segments
   * @param ledger learns which head needs which segment; nobody else uses it meanwhile
   * @param consumer gets the frames
   */
  SegmentReplay(SegmentFolder folder, SegmentLedger ledger, FrameConsumer consumer) {
    this.folder = folder;
    this.ledger = ledger;
    this.consumer = consumer;
  }

  ReplayReport run(List<SegmentName> names) throws IOException {
    ReplayEvent event = new ReplayEvent();
    event.begin();
    for (SegmentName name : names) {
      try (SegmentFile file = folder.open(name)) {
        collectReleases(name, file);
      }
    }
    for (SegmentName name : names) {
      SegmentFile file = folder.open(name);
      try (file) {
        Segment segment = new Segment(name, file, file.length());
        segment.sealed = true;
        ledger.add(segment);
        checkHeader(segment);
        deliver(segment);
      }
    }
    event.folder = folder.toString();
    event.segments = names.size();
    event.frames = frames;
    event.bytes = bytes;
    event.damagedFrames = damagedFrames;
    event.tornBytes = tornBytes;
    event.commit();
    return new ReplayReport(names.size(), frames, bytes, damagedFrames, tornBytes);
  }

  private void collectReleases(SegmentName name, SegmentFile file) throws IOException {
    FrameScanner scanner = new FrameScanner(file, file.length(), name.marker(), window);
    @Nullable Item item;
    while ((item = scanner.next()) != null) {
      if (item instanceof Item.Frame(long offset, var header)
          && header.kind() == WalFormat.KIND_RELEASE) {
        releases.put(header.head(), new Position(name.number(), offset));
      }
    }
  }

  private void checkHeader(Segment segment) throws IOException {
    byte[] bytesRead = new byte[WalFormat.SEGMENT_HEADER_BYTES];
    ByteBuffer target = ByteBuffer.wrap(bytesRead);
    while (target.hasRemaining() && segment.file.read(target, target.position()) >= 0) {
      // A file system may give the bytes in pieces.
    }
    switch (WalFormat.parseSegmentHeader(bytesRead, target.position(), segment.name)) {
      case SegmentHeader.Intact() -> {}
      case SegmentHeader.Unsupported(int version) ->
          throw new UnsupportedFormatException(
              folder + "/" + segment.name, WalFormat.VERSION, version);
      case SegmentHeader.Damaged() -> {
        if (segment.length < WalFormat.SEGMENT_HEADER_BYTES) {
          tornBytes += segment.length;
          warn(segment, 0, segment.length, "the segment ends within its header");
        } else {
          damagedFrames++;
          warn(segment, 0, WalFormat.SEGMENT_HEADER_BYTES, "the segment's header is damaged");
        }
      }
    }
  }

  private void deliver(Segment segment) throws IOException {
    FrameScanner scanner =
        new FrameScanner(segment.file, segment.length, segment.name.marker(), window);
    @Nullable Item item;
    while ((item = scanner.next()) != null) {
      switch (item) {
        case Item.Frame frame -> deliver(segment, scanner, frame);
        case Item.Gap(long offset, long length) -> {
          damagedFrames++;
          warn(segment, offset, length, "damaged, the frames behind it are read");
        }
        case Item.TornTail(long offset, long length) -> {
          tornBytes += length;
          warn(segment, offset, length, "the segment ends within a frame");
        }
      }
    }
  }

  private void deliver(Segment segment, FrameScanner scanner, Item.Frame frame) throws IOException {
    var header = frame.header();
    HeadId head = header.head();
    if (header.kind() == WalFormat.KIND_RELEASE) {
      ledger.recorded(segment, head);
      return;
    }
    Position release = releases.get(head);
    if (release != null && new Position(segment.name.number(), frame.offset()).isBefore(release)) {
      ledger.suppressed(segment, head);
      return;
    }
    int length = header.payloadLength();
    if (payload.length < length) {
      payload = new byte[length];
    }
    scanner.readPayload(frame, payload);
    if (WalFormat.checksum(payload, 0, length) != header.payloadChecksum()) {
      damagedFrames++;
      warn(segment, frame.offset(), header.frameBytes(), "payload damaged, frame of head " + head);
      return;
    }
    ledger.appended(segment, head);
    consumer.accept(head, payload, 0, length);
    frames++;
    bytes += length;
  }

  private void warn(Segment segment, long offset, long length, String what) {
    LOG.log(
        System.Logger.Level.WARNING,
        "Replay of {0}/{1}: {2} bytes at offset {3} skipped: {4}",
        folder,
        segment.name,
        Long.toString(length),
        Long.toString(offset),
        what);
  }
}
