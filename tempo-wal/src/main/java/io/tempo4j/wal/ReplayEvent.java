package io.tempo4j.wal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What one replay read, for the flight recorder. */
@Name("io.tempo4j.wal.Replay")
@Label("WAL Replay")
@Category({"Tempo4J", "WAL"})
@Description("Reading of the write-ahead log at start")
@StackTrace(false)
final class ReplayEvent extends Event {

  @Label("Folder")
  String folder = "";

  @Label("Segments")
  long segments;

  @Label("Frames")
  long frames;

  @Label("Payload Bytes")
  @DataAmount
  long bytes;

  @Label("Damaged Frames")
  long damagedFrames;

  @Label("Torn Bytes")
  @DataAmount
  long tornBytes;
}
