/** Segmented write-ahead log. */
module io.tempo4j.wal {
  requires transitive io.tempo4j.core;
  requires jdk.jfr;
  requires static transitive org.jspecify;

  exports io.tempo4j.wal;
}
