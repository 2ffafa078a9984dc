package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a segment, format version 1; {@code docs/format/wal-v1.md} is the specification.
 *
 * <p>A segment header of {@value #SEGMENT_HEADER_BYTES} bytes, then frames without gaps. A frame is
 * a header of {@value #FRAME_HEADER_BYTES} bytes, the name of the tenant, and the payload. All
 * integers are little-endian.
 */
final class WalFormat {

  static final int VERSION = 1;
  static final int SEGMENT_HEADER_BYTES = 40;
  static final int FRAME_HEADER_BYTES = 40;
  static final int MAX_FRAME_HEADER_BYTES = FRAME_HEADER_BYTES + TenantId.MAX_LENGTH;

  static final int KIND_SPANS = 1;
  static final int KIND_RELEASE = 2;

  private static final byte[] MAGIC = "T4JWAL\r\n".getBytes(StandardCharsets.US_ASCII);

  // Segment header.
  private static final int VERSION_OFFSET = 8;
  private static final int NUMBER_OFFSET = 16;
  private static final int SEGMENT_MARKER_OFFSET = 24;
  private static final int SEGMENT_CHECKSUM_OFFSET = 36;

  // Frame header.
  private static final int PAYLOAD_LENGTH_OFFSET = 8;
  private static final int PAYLOAD_CHECKSUM_OFFSET = 12;
  private static final int BLOCK_ID_OFFSET = 16;
  private static final int KIND_OFFSET = 32;
  private static final int TENANT_LENGTH_OFFSET = 33;
  private static final int RESERVED_OFFSET = 34;
  private static final int FRAME_CHECKSUM_OFFSET = 36;

  private WalFormat() {}

  /** A frame's header, whose checksum was right. */
  record FrameHeader(
      HeadId head, int kind, int headerBytes, int payloadLength, int payloadChecksum) {

    long frameBytes() {
      return (long) headerBytes + payloadLength;
    }
  }

  /** What stands at the beginning of a segment file. */
  sealed interface SegmentHeader {
    /** Of this format and of the segment that the file's name says. */
    record Intact() implements SegmentHeader {}

    /** Of a later format. */
    record Unsupported(int version) implements SegmentHeader {}

    /** Neither. */
    record Damaged() implements SegmentHeader {}
  }

  /** The header of the segment {@code name}. */
  static ByteBuffer segmentHeader(SegmentName name) {
    ByteBuffer header = allocate(SEGMENT_HEADER_BYTES);
    header.put(MAGIC);
    header.putInt(VERSION_OFFSET, VERSION);
    header.putLong(NUMBER_OFFSET, name.number());
    header.putLong(SEGMENT_MARKER_OFFSET, name.marker());
    header.putInt(SEGMENT_CHECKSUM_OFFSET, checksum(header.array(), 0, SEGMENT_CHECKSUM_OFFSET, 0));
    return header.clear();
  }

  /** Reads the first bytes of a file named {@code name}; there may be fewer than a header needs. */
  static SegmentHeader parseSegmentHeader(byte[] bytes, int length, SegmentName name) {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (length < SEGMENT_HEADER_BYTES
        || header.mismatch(ByteBuffer.wrap(MAGIC)) < MAGIC.length
        || header.getInt(SEGMENT_CHECKSUM_OFFSET)
            != checksum(bytes, 0, SEGMENT_CHECKSUM_OFFSET, 0)) {
      return new SegmentHeader.Damaged();
    }
    int version = header.getInt(VERSION_OFFSET);
    if (version != VERSION) {
      return new SegmentHeader.Unsupported(version);
    }
    return header.getLong(NUMBER_OFFSET) == name.number()
            && header.getLong(SEGMENT_MARKER_OFFSET) == name.marker()
        ? new SegmentHeader.Intact()
        : new SegmentHeader.Damaged();
  }

  /** The header of a frame, the tenant's name included. */
  static byte[] frameHeader(
      long marker, int kind, HeadId head, byte[] payload, int offset, int length) {
    byte[] tenant = head.tenant().value().getBytes(StandardCharsets.US_ASCII);
    UUID blockId = head.blockId();
    ByteBuffer header = allocate(FRAME_HEADER_BYTES + tenant.length);
    header.putLong(0, marker);
    header.putInt(PAYLOAD_LENGTH_OFFSET, length);
    header.putInt(PAYLOAD_CHECKSUM_OFFSET, checksum(payload, offset, length));
    // The order of RFC 9562, in which the id is also printed.
    header.putLong(BLOCK_ID_OFFSET, Long.reverseBytes(blockId.getMostSignificantBits()));
    header.putLong(BLOCK_ID_OFFSET + 8, Long.reverseBytes(blockId.getLeastSignificantBits()));
    header.put(KIND_OFFSET, (byte) kind);
    header.put(TENANT_LENGTH_OFFSET, (byte) tenant.length);
    header.put(FRAME_HEADER_BYTES, tenant);
    header.putInt(
        FRAME_CHECKSUM_OFFSET, checksum(header.array(), 0, FRAME_CHECKSUM_OFFSET, tenant.length));
    return header.array();
  }

  /**
   * Reads a frame's header.
   *
   * @param bytes begins with the header; may end within it
   * @param length how many bytes there are
   * @return null if this is no intact header of a frame with the marker
   */
  static @Nullable FrameHeader parseFrameHeader(byte[] bytes, int length, long marker) {
    if (length < FRAME_HEADER_BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getLong(0) != marker) {
      return null;
    }
    int tenantLength = header.get(TENANT_LENGTH_OFFSET) & 0xFF;
    if (tenantLength > TenantId.MAX_LENGTH || length < FRAME_HEADER_BYTES + tenantLength) {
      return null;
    }
    if (header.getInt(FRAME_CHECKSUM_OFFSET)
        != checksum(bytes, 0, FRAME_CHECKSUM_OFFSET, tenantLength)) {
      return null;
    }
    int kind = header.get(KIND_OFFSET);
    int payloadLength = header.getInt(PAYLOAD_LENGTH_OFFSET);
    boolean known = kind == KIND_SPANS || (kind == KIND_RELEASE && payloadLength == 0);
    if (!known || payloadLength < 0 || header.getShort(RESERVED_OFFSET) != 0) {
      return null;
    }
    UUID blockId =
        new UUID(
            Long.reverseBytes(header.getLong(BLOCK_ID_OFFSET)),
            Long.reverseBytes(header.getLong(BLOCK_ID_OFFSET + 8)));
    TenantId tenant;
    try {
      tenant =
          new TenantId(
              new String(bytes, FRAME_HEADER_BYTES, tenantLength, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      return null;
    }
    return new FrameHeader(
        new HeadId(tenant, blockId),
        kind,
        FRAME_HEADER_BYTES + tenantLength,
        payloadLength,
        header.getInt(PAYLOAD_CHECKSUM_OFFSET));
  }

  /** CRC32C of a payload. */
  static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  /**
   * CRC32C of {@code length} bytes and of the {@code tail} bytes behind the checksum's own four.
   */
  private static int checksum(byte[] bytes, int offset, int length, int tail) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    crc.update(bytes, offset + length + Integer.BYTES, tail);
    return (int) crc.getValue();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
