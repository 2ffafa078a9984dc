package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
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
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/traces}. */
final class OtlpHttpService implements HttpService {

  private static final TextAnswer METHOD_NOT_ALLOWED =
      new TextAnswer(HttpStatus.METHOD_NOT_ALLOWED, "405 method not allowed, supported: [POST]");
  private static final TextAnswer UNSUPPORTED_MEDIA_TYPE =
      new TextAnswer(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "415 unsupported media type, supported: [application/json, application/x-protobuf]");

  private final ExchangeRunner runner;
  private final ReceiverMetrics metrics;
  private final int maxBytes;

  OtlpHttpService(SpanIntake intake, ReceiverSettings settings) {
    this.runner = new ExchangeRunner(intake, settings.minBytesPerSecond());
    this.metrics = intake.metrics();
    this.maxBytes = settings.maxRequestBytes();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    RequestHeaders headers = request.headers();
    if (headers.method() != HttpMethod.POST) {
      return unsupported(METHOD_NOT_ALLOWED);
    }
    HttpEncoding encoding = encoding(headers);
    if (encoding == null) {
      return unsupported(UNSUPPORTED_MEDIA_TYPE);
    }
    String codingName = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    ContentCoding coding = ContentCoding.of(codingName);
    if (coding == null) {
      return runner.refuse(
          exchange(headers, encoding, ContentCoding.IDENTITY),
          RequestRefusedException.invalid(
              "unsupported Content-Encoding: "
                  + codingName
                  + ", supported: "
                  + ContentCoding.NAMES));
    }
    return runner.run(ctx, request, exchange(headers, encoding, coding));
  }

  /** Answers what {@link #serve} could not. */
  HttpResponse failure(RequestHeaders headers, Throwable cause) {
    HttpEncoding encoding = encoding(headers);
    return exchange(
            headers, encoding == null ? HttpEncoding.PROTOBUF : encoding, ContentCoding.IDENTITY)
        .refuse(ServerFailure.of(cause));
  }

  private OtlpHttpExchange exchange(
      RequestHeaders headers, HttpEncoding encoding, ContentCoding coding) {
    return new OtlpHttpExchange(encoding, coding, maxBytes, headers.contentLength());
  }

  private HttpResponse unsupported(TextAnswer answer) {
    metrics.request(ReceiverTransport.OTLP_HTTP, RequestOutcome.UNSUPPORTED, 0);
    return answer.response();
  }

  private static @Nullable HttpEncoding encoding(RequestHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    return type == null ? null : HttpEncoding.of(type);
  }

  /** An answer in plain text: the encoding that the client understands is not known. */
  private record TextAnswer(HttpStatus status, String text) {
    HttpResponse response() {
      ResponseHeadersBuilder headers =
          ResponseHeaders.builder(status).contentType(MediaType.PLAIN_TEXT_UTF_8);
      if (status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
        headers.set(HttpHeaderNames.ALLOW, "POST");
      }
      return HttpResponse.of(headers.build(), HttpData.ofUtf8(text));
    }
  }
}
