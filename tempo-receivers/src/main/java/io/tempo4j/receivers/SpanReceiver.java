package io.tempo4j.receivers;

import com.linecorp.armeria.server.ServerBuilder;

/** A way for spans to come in over the network. */
public interface SpanReceiver {

  /** Protocol and transport. */
  ReceiverTransport transport();

  /**
   * Adds the receiver's port and its routes to a server that is being built. The routes are bound
   * to that port alone, unless the port is 0 (any free one): then they are bound to every port.
   */
  void attachTo(ServerBuilder server);
}
