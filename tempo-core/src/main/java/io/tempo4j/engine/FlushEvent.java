package io.tempo4j.engine;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A head became a block. */
@Name("io.tempo4j.Flush")
@Label("Flush")
@Category("Tempo4J")
@StackTrace(false)
final class FlushEvent extends Event {

  @Label("Block")
  String blockId = "";

  @Label("Spans")
  long spans;

  @Label("Block size")
  @DataAmount
  long bytes;
}
