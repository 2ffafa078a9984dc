package io.tempo4j.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The files of a {@link DiskCache}, little-endian: magic, CRC32C of all that follows, offset,
 * length, whether that is the whole object, length of the key, key, bytes.
 */
/*
 * A file is written beside its place and renamed, without fsync: after a power failure it is there,
 * is not, or fails its checksum, and then is read from the store again.
 */
final class CachedRangeFile {

  static final String UNFINISHED = ".part";

  private static final int MAGIC = 0x43344A54; // "TJ4C" as little-endian bytes
  private static final int CHECKED_FROM = 8;
  private static final int HEADER_BYTES = 28;

  private CachedRangeFile() {}

  static int overhead(String key) {
    return HEADER_BYTES + key.getBytes(StandardCharsets.UTF_8).length;
  }

  static void write(CachedRange range, byte[] bytes, int at) throws IOException {
    byte[] key = range.key().getBytes(StandardCharsets.UTF_8);
    ByteBuffer header =
        ByteBuffer.allocate(HEADER_BYTES + key.length).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(MAGIC).putInt(0).putLong(range.offset()).putInt(range.length());
    header.putInt(range.isWhole() ? 1 : 0).putInt(key.length).put(key).flip();
    CRC32C checksum = new CRC32C();
    checksum.update(header.array(), CHECKED_FROM, header.limit() - CHECKED_FROM);
    checksum.update(bytes, at, range.length());
    header.putInt(4, (int) checksum.getValue());
    Path unfinished = range.file().resolveSibling(range.file().getFileName() + UNFINISHED);
    try (FileChannel out =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(out, header);
      writeFully(out, ByteBuffer.wrap(bytes, at, range.length()));
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.move(unfinished, range.file(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** What a file holds, by its header and size; empty if it is none of these files. */
  static Optional<CachedRange> open(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      if (!readFully(in, header) || header.getInt(0) != MAGIC) {
        return Optional.empty();
      }
      long offset = header.getLong(8);
      int length = header.getInt(16);
      int keyLength = header.getInt(24);
      if (offset < 0
          || length < 0
          || keyLength < 1
          || keyLength > ObjectKey.MAX_BYTES
          || HEADER_BYTES + (long) keyLength + length != in.size()) {
        return Optional.empty();
      }
      ByteBuffer key = ByteBuffer.allocate(keyLength);
      if (!readFully(in, key)) {
        return Optional.empty();
      }
      String name = new String(key.array(), StandardCharsets.UTF_8);
      return Optional.of(new CachedRange(name, offset, length, header.getInt(20) == 1, file));
    }
  }

  private static boolean readFully(FileChannel in, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (in.read(into) < 0) {
        return false;
      }
    }
    into.flip();
    return true;
  }

  /**
   * The file with the range; its bytes are the last of the array.
   *
   * @throws IOException if it cannot be read, or is not what was written
   */
  static byte[] read(CachedRange range) throws IOException {
    if (Files.size(range.file()) != range.fileBytes()) {
      throw new IOException(range.file() + " does not have " + range.fileBytes() + " bytes");
    }
    byte[] bytes = Files.readAllBytes(range.file());
    if (bytes.length != range.fileBytes()) {
      throw new IOException(range.file() + " changed while it was read");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
    byte[] key = range.key().getBytes(StandardCharsets.UTF_8);
    boolean isSame =
        header.getInt(0) == MAGIC
            && header.getInt(4) == (int) checksum.getValue()
            && header.getLong(8) == range.offset()
            && header.getInt(24) == key.length
            && java.util.Arrays.equals(
                bytes, HEADER_BYTES, HEADER_BYTES + key.length, key, 0, key.length);
    if (!isSame) {
      throw new IOException(range.file() + " is damaged");
    }
    return bytes;
  }
}
