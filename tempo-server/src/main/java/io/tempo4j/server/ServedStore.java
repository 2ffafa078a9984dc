package io.tempo4j.server;

import io.tempo4j.engine.SpanIngest;
import io.tempo4j.server.http.TraceBackend;
import java.io.IOException;

/** The store behind a server: spans in, traces out. */
interface ServedStore extends SpanIngest, TraceBackend, AutoCloseable {

  /** Makes blocks of what is recent and gives everything back. */
  @Override
  void close() throws IOException;
}
