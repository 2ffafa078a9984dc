/** Columns, blocks, TraceQL and the embeddable trace store. */
module io.tempo4j.core {
  requires com.github.luben.zstd_jni;
  requires transitive com.google.protobuf;
  requires transitive io.opentelemetry.proto;
  requires jdk.jfr;
  requires re2j;
  requires roaringbitmap;
  requires static transitive org.jspecify;

  exports io.tempo4j.column;
  exports io.tempo4j.engine;
  exports io.tempo4j.memory;
  exports io.tempo4j.model;
  exports io.tempo4j.otlp;
  exports io.tempo4j.query;
  exports io.tempo4j.query.diff;
  exports io.tempo4j.query.filter;
  exports io.tempo4j.query.metrics;
  exports io.tempo4j.query.schedule;
  exports io.tempo4j.query.search;
  exports io.tempo4j.query.tags;
  exports io.tempo4j.query.trace;
  exports io.tempo4j.storage;
  exports io.tempo4j.traceql;
}
