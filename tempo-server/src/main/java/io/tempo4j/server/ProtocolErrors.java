package io.tempo4j.server;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are no HTTP as it is understood here, before any route sees them: says what
 * is too large and which key allows more. Everything else is answered by others.
 *
 * @param maxHeaderBytes the largest headers of a request
 * @param maxQueryLineBytes the longest first line, where it has a query
 */
record ProtocolErrors(int maxHeaderBytes, OptionalInt maxQueryLineBytes)
    implements ServerErrorHandler {

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    return null;
  }

  @Override
  public @Nullable AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    if (status.equals(HttpStatus.REQUEST_URI_TOO_LONG) && maxQueryLineBytes.isPresent()) {
      return text(
          status,
          "the first line of the request has more than "
              + maxQueryLineBytes.getAsInt()
              + " bytes; query_frontend.max_query_expression_size_bytes allows longer queries");
    }
    if (status.equals(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)) {
      return text(
          status,
          "the headers of the request have more than "
              + maxHeaderBytes
              + " bytes; server.http_server_max_header_bytes allows more");
    }
    // 405 speaks of methods that another path may have.
    return status.equals(HttpStatus.METHOD_NOT_ALLOWED)
        ? text(HttpStatus.NOT_IMPLEMENTED, "no path here has this method")
        : null;
  }

  private static AggregatedHttpResponse text(HttpStatus status, String text) {
    return AggregatedHttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, text);
  }
}
