package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the log knows about one of its segments. Guarded by the log's lock, the file excepted. */
final class Segment {

  private static final System.Logger LOG = System.getLogger("io.tempo4j.wal");

  final SegmentName name;
  final SegmentFile file;

  /** Heads with frames in this segment. */
  final Set<HeadId> heads = new LinkedHashSet<>();

  /** Heads whose release this segment records. */
  final Set<HeadId> releases = new LinkedHashSet<>();

  /** Bytes of the header and of whole frames; written by the thread that writes. */
  long length;

  /** How much of {@link #length} is forced to the disk. */
  long syncedLength;

  /** Why forcing failed; the frames behind {@link #syncedLength} are lost to the policy then. */
  @Nullable IOException syncFailure;

  /** Nothing will be appended any more. */
  boolean sealed;

  /** Taken off the log; its file vanishes. */
  boolean dropped;

  /** A thread forces the file at this moment and closes it if it was dropped meanwhile. */
  boolean syncing;

  Segment(SegmentName name, SegmentFile file, long length) {
    this.name = name;
    this.file = file;
    this.length = length;
  }

  boolean needsSync() {
    return syncedLength < length && syncFailure == null && !dropped;
  }

  /** What is in the file is for fsync to tell, not for this. */
  void closeQuietly() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Cannot close segment " + name, e);
    }
  }
}
