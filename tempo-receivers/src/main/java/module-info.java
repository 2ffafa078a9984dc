/** Receivers of trace data over the network. */
module io.tempo4j.receivers {
  requires com.fasterxml.jackson.core;
  requires com.github.luben.zstd_jni;
  requires com.google.protobuf;
  requires transitive com.linecorp.armeria;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.opentelemetry.proto;
  requires transitive io.tempo4j.core;
  requires org.reactivestreams;
  requires static transitive io.opentelemetry.sdk.common;
  requires static transitive io.opentelemetry.sdk.trace;
  requires static io.opentelemetry.api;
  requires static transitive org.jspecify;

  exports io.tempo4j.receivers;
  exports io.tempo4j.receivers.otlp;
  exports io.tempo4j.receivers.sdk;
}
