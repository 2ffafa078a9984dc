package io.tempo4j.server.grpc;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.Status;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.http.QueryAnswers;
import java.time.InstantSource;

/**
 * {@code tempopb.StreamingQuerier} beside the HTTP API, on the same port: Grafana dials the host
 * and port of its data source, whatever it then asks for.
 */
public final class GrpcApi {

  private static final String GRPC = "application/grpc";
  private static final int REQUEST_BYTES_BESIDE_THE_QUERY = 64 << 10;

  private final QueryAnswers answers;
  private final StreamingQuerierService service;
  private final int maxRequestBytes;

  /**
   * Assembles the service.
   *
   * @param answers shared with the HTTP API: queries of both wait for the same threads
   */
  public GrpcApi(QueryAnswers answers, TempoConfig.Queries bounds) {
    this.answers = answers;
    this.service = new StreamingQuerierService(answers, bounds, InstantSource.system());
    this.maxRequestBytes =
        (int)
            Math.min(
                Integer.MAX_VALUE,
                (long) bounds.maxExpressionBytes() + REQUEST_BYTES_BESIDE_THE_QUERY);
  }

  /** Adds the service to a server that is being built. */
  public void attachTo(ServerBuilder server) {
    server.service(
        GrpcService.builder()
            .addService(service)
            .supportedSerializationFormats(GrpcSerializationFormats.PROTO)
            .maxRequestMessageLength(maxRequestBytes)
            .build(),
        GrpcApi::calledByPost,
        answers.timedCalls());
    // For all methods: a route for POST alone would make 405 of GET /nowhere, which is 404.
    server.service(
        Route.builder()
            .pathPrefix("/")
            .matchesHeaders(HttpHeaderNames.CONTENT_TYPE, type -> type.startsWith(GRPC))
            .build(),
        (call, request) -> unimplemented(request.path()));
  }

  private static HttpService calledByPost(HttpService calls) {
    return (call, request) ->
        request.method() == HttpMethod.POST
            ? calls.serve(call, request)
            : HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED)
                    .contentType(MediaType.PLAIN_TEXT_UTF_8)
                    .add(HttpHeaderNames.ALLOW, HttpMethod.POST.name())
                    .build(),
                HttpData.ofUtf8("405 method not allowed, supported: [POST]"));
  }

  /** A status in headers alone, as gRPC has it for calls without an answer. */
  private static HttpResponse unimplemented(String path) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .endOfStream(true)
            .add(HttpHeaderNames.CONTENT_TYPE, GRPC)
            .addInt("grpc-status", Status.Code.UNIMPLEMENTED.value())
            .add("grpc-message", "unknown method " + path.replace("%", "%25"))
            .build());
  }
}
