package io.tempo4j.block;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A chunk was read and decoded because the cache did not have its column. */
@Name("io.tempo4j.Decode")
@Label("Decode")
@Category("Tempo4J")
@StackTrace(false)
final class DecodeEvent extends Event {

  @Label("Block")
  String blockId = "";

  @Label("Table")
  String table = "";

  @Label("Column")
  String column = "";

  @Label("Type")
  String type = "";

  @Label("Chunk size")
  @DataAmount
  int bytes;

  @Label("Values")
  int values;

  /** Fills in what is known of the chunk, if anybody wants to know. */
  void finish(BlockParts parts, ChunkEntry chunk) {
    end();
    if (shouldCommit()) {
      blockId = parts.meta().blockId().toString();
      table = chunk.key().table().name();
      column = chunk.key().name();
      type = chunk.key().type().name();
      bytes = chunk.length();
      values = chunk.zone().valueCount();
      commit();
    }
  }
}
