package io.tempo4j.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where requests are kept until the block that holds their spans is visible in the object store.
 *
 * <p>One log serves all heads of a store. Life cycle: {@link #replay} once, before the first {@link
 * #append}; then appends and releases in any order; then {@link #close}.
 *
 * <p>Thread-safe: any number of threads append and release at the same time.
 */
public interface WriteAheadLog extends AutoCloseable {

  /** Receives the frames of a replay. */
  @FunctionalInterface
  interface FrameConsumer {
    /**
     * Takes one frame. Frames of one head come in the order in which they were appended.
     *
     * @param head the head that the frame was appended for
     * @param buffer holds the payload; valid until this call returns, owned by the log
     * @param offset index of the payload's first byte
     * @param length length of the payload in bytes
     */
    void accept(HeadId head, byte[] buffer, int offset, int length) throws IOException;
  }

  /**
   * What a replay found.
   *
   * @param segments log segments read
   * @param frames intact frames delivered
   * @param bytes payload bytes delivered
   * @param damagedFrames frames, or stretches of bytes between two intact frames, that were skipped
   * @param tornBytes bytes behind the last intact frame of segments that end within a frame
   */
  record ReplayReport(long segments, long frames, long bytes, long damagedFrames, long tornBytes) {}

  /**
   * Delivers every intact frame of earlier lives of this log and reports what was damaged. Damage
   * is never an error; it is counted and logged with segment and offset.
   *
   * @throws IOException if a segment cannot be read at all, or as thrown by the consumer
   */
  ReplayReport replay(FrameConsumer consumer) throws IOException;

  /**
   * Appends one frame and returns when the log's durability policy is met for it.
   *
   * @throws IOException if the frame could not be made as durable as promised, for example because
   *     the disk is full; it may or may not be delivered by a later replay
   */
  void append(HeadId head, byte[] buffer, int offset, int length) throws IOException;

  /**
   * Says that no frame of {@code head} is needed any more. Segments in which no head is left
   * vanish. Releasing a head without frames does nothing.
   */
  void release(HeadId head) throws IOException;

  /**
   * The folder of the log, in which the store may keep files of its own, in folders of their own,
   * for as long as the log is open; empty for a log that has none.
   */
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /** Bytes on disk now, all segments. */
  long bytesOnDisk();

  /**
   * Makes everything appended durable and closes the log. Frames not released stay for a replay.
   */
  @Override
  void close() throws IOException;
}
