package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;

/** Short answers, and which form clients want of longer ones. */
final class Replies {

  /** When to come again after a refusal that is a matter of load. */
  private static final int RETRY_AFTER_SECONDS = 2;

  private static final MediaType YAML = MediaType.parse("text/yaml; charset=utf-8");

  private Replies() {}

  static HttpResponse text(HttpStatus status, String body) {
    return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, HttpData.ofUtf8(body));
  }

  static HttpResponse badRequest(String message) {
    return text(HttpStatus.BAD_REQUEST, message);
  }

  /** For a method that a path does not have; {@code allowed} are those that it has. */
  static HttpResponse methodNotAllowed(String allowed) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED)
            .contentType(MediaType.PLAIN_TEXT_UTF_8)
            .add(HttpHeaderNames.ALLOW, allowed)
            .build(),
        HttpData.ofUtf8("405 method not allowed, supported: [" + allowed + "]"));
  }

  /** Refuses what may be asked again in a moment. */
  static HttpResponse tryAgain(HttpStatus status, String message) {
    return HttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(MediaType.PLAIN_TEXT_UTF_8)
            .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
            .build(),
        HttpData.ofUtf8(message));
  }

  /** For a query that is right, but needs more memory than one query may have. */
  static HttpResponse tooMuch(String message) {
    return text(HttpStatus.UNPROCESSABLE_ENTITY, message);
  }

  static HttpResponse json(byte[] body) {
    return HttpResponse.of(HttpStatus.OK, MediaType.JSON, HttpData.wrap(body));
  }

  static HttpResponse yaml(String body) {
    return HttpResponse.of(HttpStatus.OK, YAML, HttpData.ofUtf8(body));
  }

  /** Whether the answer of a query is to be protobuf. */
  static boolean takesProtobuf(RequestHeaders request) {
    return takes(request, "application/protobuf");
  }

  /** Whether the answer of a query is to be JSON for language models. */
  static boolean takesLlm(RequestHeaders request) {
    return takes(request, "application/vnd.grafana.llm");
  }

  /** Clients of this API name one of few media types somewhere in the header. */
  private static boolean takes(RequestHeaders request, String type) {
    return request.get(HttpHeaderNames.ACCEPT, "").contains(type);
  }
}
