package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.server.ServerBuilder;
import io.tempo4j.receivers.ReceiverSettings;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.SpanIntake;
import io.tempo4j.receivers.SpanReceiver;
import io.tempo4j.receivers.transport.SocketAttachment;

/**
 * Receives OTLP traces.
 *
 * <p>Source: OTLP specification 1.10 and opentelemetry-proto 1.11.
 */
public final class OtlpReceiver implements SpanReceiver {

  private static final String HTTP_PATH = "/v1/traces";
  private static final String GRPC_PATH =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private final ReceiverTransport transport;
  private final ReceiverSettings settings;
  private final SpanIntake intake;

  private OtlpReceiver(ReceiverTransport transport, ReceiverSettings settings, SpanIntake intake) {
    this.transport = transport;
    this.settings = settings;
    this.intake = intake;
    // A compressed body and what comes out of it are in flight together.
    if (2L * settings.maxRequestBytes() > intake.limits().maxBytes()) {
      throw new IllegalArgumentException(
          "a request of "
              + settings.maxRequestBytes()
              + " bytes may need twice that, more than the "
              + intake.limits().maxBytes()
              + " bytes that may be in flight");
    }
  }

  /**
   * {@code POST /v1/traces}: protobuf and JSON, plain, gzip, deflate and zstd, over HTTP/1.1 and
   * HTTP/2.
   *
   * @throws IllegalArgumentException if the largest request, compressed and decompressed, does not
   *     fit into what the intake lets be in flight
   */
  public static OtlpReceiver http(ReceiverSettings settings, SpanIntake intake) {
    return new OtlpReceiver(ReceiverTransport.OTLP_HTTP, settings, intake);
  }

  /**
   * {@code opentelemetry.proto.collector.trace.v1.TraceService/Export}: messages plain, gzip,
   * deflate and zstd.
   *
   * @throws IllegalArgumentException if the largest request, compressed and decompressed, does not
   *     fit into what the intake lets be in flight
   */
  public static OtlpReceiver grpc(ReceiverSettings settings, SpanIntake intake) {
    return new OtlpReceiver(ReceiverTransport.OTLP_GRPC, settings, intake);
  }

  @Override
  public ReceiverTransport transport() {
    return transport;
  }

  /** Where it listens and what it takes at most. */
  public ReceiverSettings settings() {
    return settings;
  }

  @Override
  public void attachTo(ServerBuilder server) {
    if (transport.equals(ReceiverTransport.OTLP_GRPC)) {
      OtlpGrpcService service = new OtlpGrpcService(intake, settings);
      SocketAttachment.attach(server, settings, GRPC_PATH, service, service::failure);
    } else {
      OtlpHttpService service = new OtlpHttpService(intake, settings);
      SocketAttachment.attach(server, settings, HTTP_PATH, service, service::failure);
    }
  }
}
