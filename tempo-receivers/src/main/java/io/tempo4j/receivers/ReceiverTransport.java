package io.tempo4j.receivers;

/**
 * Names a receiver in metrics and logs.
 *
 * @param receiver the protocol, {@code otlp} for example
 * @param transport what carries it, {@code grpc} or {@code http} for example
 */
public record ReceiverTransport(String receiver, String transport) {

  /** OTLP over gRPC. */
  public static final ReceiverTransport OTLP_GRPC = new ReceiverTransport("otlp", "grpc");

  /** OTLP over HTTP. */
  public static final ReceiverTransport OTLP_HTTP = new ReceiverTransport("otlp", "http");

  @Override
  public String toString() {
    return receiver + '/' + transport;
  }
}
