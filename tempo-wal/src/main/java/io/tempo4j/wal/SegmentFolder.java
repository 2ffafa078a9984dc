package io.tempo4j.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The medium that holds the segments of one log; closing it lets the next writer in. */
interface SegmentFolder extends Closeable {

  /** The segments that exist, in ascending order. */
  List<SegmentName> list() throws IOException;

  /** Makes a new empty segment. */
  SegmentFile create(SegmentName name) throws IOException;

  /** Opens an existing segment. */
  SegmentFile open(SegmentName name) throws IOException;

  /** Removes a segment, open or not; does nothing if it does not exist. */
  void delete(SegmentName name) throws IOException;

  /** Where it is, if it is a folder of the file system. */
  Optional<Path> path();

  /** Makes the names of created segments durable. */
  void force() throws IOException;
}
