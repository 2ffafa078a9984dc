package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.receivers.ReceiverMetrics;
import io.tempo4j.receivers.ReceiverSettings;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import io.tempo4j.receivers.SpanIntake;
import io.tempo4j.receivers.transport.ContentCoding;
import io.tempo4j.receivers.transport.ExchangeRunner;

/**
 * {@code TraceService/Export} over gRPC.
 *
 * <p>The one unary method is served on HTTP/2 directly: its message goes to the store as bytes, so
 * a gRPC library would only copy them once or twice more on the way.
 *
 * <p>Source: "gRPC over HTTP2" and "gRPC Compression" of the gRPC project.
 */
final class OtlpGrpcService implements HttpService {

  private final ExchangeRunner runner;
  private final ReceiverMetrics metrics;
  private final int maxBytes;

  OtlpGrpcService(SpanIntake intake, ReceiverSettings settings) {
    this.runner = new ExchangeRunner(intake, settings.minBytesPerSecond());
    this.metrics = intake.metrics();
    this.maxBytes = settings.maxRequestBytes();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    RequestHeaders headers = request.headers();
    if (headers.method() != HttpMethod.POST || !isGrpc(headers)) {
      // As the protocol asks: such a client understands no gRPC status.
      metrics.request(ReceiverTransport.OTLP_GRPC, RequestOutcome.UNSUPPORTED, 0);
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.UNSUPPORTED_MEDIA_TYPE)
              .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
              .build(),
          HttpData.ofUtf8("415 this port takes gRPC: POST with content-type application/grpc"));
    }
    String codingName = headers.get(OtlpGrpcExchange.ENCODING);
    ContentCoding coding = ContentCoding.of(codingName);
    if (coding == null) {
      return runner.refuse(
          exchange(ContentCoding.IDENTITY),
          new RequestRefusedException(
              RequestOutcome.UNSUPPORTED,
              "unsupported grpc-encoding: " + codingName + ", supported: " + ContentCoding.NAMES));
    }
    return runner.run(ctx, request, exchange(coding));
  }

  /** Answers what {@link #serve} could not. */
  HttpResponse failure(RequestHeaders headers, Throwable cause) {
    return exchange(ContentCoding.IDENTITY).refuse(ServerFailure.of(cause));
  }

  private OtlpGrpcExchange exchange(ContentCoding coding) {
    return new OtlpGrpcExchange(coding, maxBytes);
  }

  private static boolean isGrpc(RequestHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null || !type.startsWith(OtlpGrpcExchange.CONTENT_TYPE)) {
      return false;
    }
    String rest = type.substring(OtlpGrpcExchange.CONTENT_TYPE.length());
    return rest.isEmpty()
        || rest.startsWith(";")
        || rest.equals("+proto")
        || rest.startsWith("+proto;");
  }
}
