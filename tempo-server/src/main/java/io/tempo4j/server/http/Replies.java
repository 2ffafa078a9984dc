package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** The forms of answers. Bodies of queries are compressed when asked for, on the query's thread. */
final class Replies {

  private static final MediaType PROTOBUF = MediaType.create("application", "protobuf");
  private static final MediaType LLM = MediaType.create("application", "vnd.grafana.llm+json");
  private static final MediaType YAML = MediaType.parse("text/yaml; charset=utf-8");

  private static final int LEAST_ENCODED_BYTES = 1024;

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

  /** For a query that is right, but needs more memory than one query may have. */
  static HttpResponse tooMuch(String message) {
    return text(HttpStatus.UNPROCESSABLE_ENTITY, message);
  }

  static HttpResponse yaml(String body) {
    return HttpResponse.of(HttpStatus.OK, YAML, HttpData.ofUtf8(body));
  }

  static HttpResponse json(RequestHeaders request, byte[] body) {
    return encoded(request, MediaType.JSON, body);
  }

  /** JSON for language models. */
  static HttpResponse llm(RequestHeaders request, byte[] body) {
    return encoded(request, LLM, body);
  }

  static HttpResponse protobuf(RequestHeaders request, byte[] body) {
    return encoded(request, PROTOBUF, body);
  }

  /** Whether the answer of a query is to be {@link #protobuf}. */
  static boolean takesProtobuf(RequestHeaders request) {
    return takes(request, "application/protobuf");
  }

  /** Whether the answer of a query is to be {@link #llm}. */
  static boolean takesLlm(RequestHeaders request) {
    return takes(request, "application/vnd.grafana.llm");
  }

  /** Clients of this API name one of few media types somewhere in the header. */
  private static boolean takes(RequestHeaders request, String type) {
    return request.get(HttpHeaderNames.ACCEPT, "").contains(type);
  }

  private static HttpResponse encoded(RequestHeaders request, MediaType type, byte[] body) {
    ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK).contentType(type);
    headers.add(HttpHeaderNames.VARY, "accept-encoding");
    if (body.length < LEAST_ENCODED_BYTES || !acceptsGzip(request)) {
      return HttpResponse.of(headers.build(), HttpData.wrap(body));
    }
    headers.add(HttpHeaderNames.CONTENT_ENCODING, "gzip");
    return HttpResponse.of(headers.build(), HttpData.wrap(gzip(body)));
  }

  private static boolean acceptsGzip(RequestHeaders request) {
    for (String value : request.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
      for (String coding : value.toLowerCase(Locale.ROOT).split(",")) {
        String[] parts = coding.split(";");
        if (parts[0].strip().equals("gzip")) {
          return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
        }
      }
    }
    return false;
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
    try (OutputStream gzip =
        new GZIPOutputStream(out, 1 << 13) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        }) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return out.toByteArray();
  }
}
