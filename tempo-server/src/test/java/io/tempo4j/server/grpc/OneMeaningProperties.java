package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.QueryParamsBuilder;
import io.grpc.StatusRuntimeException;
import io.tempo4j.server.http.FakeBackend;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A request means, or is refused for, the same over HTTP and over gRPC. */
class OneMeaningProperties {

  private static final long SECOND = 1_000_000_000;
  private static final String REFUSED = "INVALID_ARGUMENT: ";
  private static final List<String> QUERIES = List.of("", "", "{}", "{ .a = 1 }");
  private static final List<Integer> NUMBERS =
      List.of(0, 0, 1, 7, 60, 1000, 1001, 100_000, Integer.MAX_VALUE);

  private static final AtomicReference<GrpcServer> SERVER = new AtomicReference<>();

  @BeforeContainer
  static void start() {
    GrpcServer started = GrpcServer.start("");
    started.backend.cursor.set(
        (request, context) -> new ListCursor(context, (index, running) -> Optional.empty()));
    SERVER.set(started);
  }

  @AfterContainer
  static void stop() {
    SERVER.get().close();
  }

  private static <T> T any(Random random, List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** What the backend was asked, or why it was not. */
  private static Object overGrpc(Supplier<Iterator<?>> call, AtomicReference<?> asked) {
    asked.set(null);
    try {
      call.get().forEachRemaining(message -> {});
    } catch (StatusRuntimeException e) {
      assertThat(e).hasMessageStartingWith(REFUSED);
      return String.valueOf(e.getMessage()).substring(REFUSED.length());
    }
    return asked.get();
  }

  private static Object overHttp(String path, Params params, AtomicReference<?> asked)
      throws Exception {
    asked.set(null);
    HttpResponse<String> answer =
        SERVER.get().get("/api" + path + "?" + params.builder.build().toQueryString());
    if (answer.statusCode() == 400) {
      return answer.body();
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    return asked.get();
  }

  /** Parameters; what a message has not set is left out. */
  private record Params(QueryParamsBuilder builder) {
    Params() {
      this(QueryParams.builder());
    }

    Params text(String name, String text) {
      if (!text.isEmpty()) {
        builder.add(name, text);
      }
      return this;
    }

    Params number(String name, long number) {
      return number(name, number, "");
    }

    Params number(String name, long number, String unit) {
      return text(name, number == 0 ? "" : number + unit);
    }
  }

  @Property(tries = 60)
  void searches(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      tags.put(
          any(random, List.of("a", "service.name", "http.status_code", "status", "x/y&z")),
          any(random, List.of("", "b", "a \"q\" \\e", "500", "error", "(é)=\n")));
    }
    SearchRequest request =
        SearchRequest.newBuilder()
            .setQuery(any(random, QUERIES))
            .putAllTags(tags)
            .setMinDurationMs(any(random, NUMBERS))
            .setMaxDurationMs(any(random, NUMBERS))
            .setLimit(any(random, NUMBERS))
            .setSpansPerSpanSet(any(random, NUMBERS))
            .setStart(any(random, NUMBERS))
            .setEnd(any(random, NUMBERS))
            .build();
    Params params =
        new Params()
            .text("q", request.getQuery())
            .text("tags", logfmt(request.getTagsMap()))
            .number("minDuration", request.getMinDurationMs(), "ms")
            .number("maxDuration", request.getMaxDurationMs(), "ms")
            .number("limit", request.getLimit())
            .number("spss", request.getSpansPerSpanSet())
            .number("start", request.getStart())
            .number("end", request.getEnd());
    GrpcServer server = SERVER.get();
    var asked = server.backend.lastSearch;

    assertThat(overGrpc(() -> server.client().search(request), asked))
        .isNotNull()
        .isEqualTo(overHttp("/search", params, asked));
  }

  private static String logfmt(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag ->
            tag.getKey() + "=\"" + tag.getValue().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(" "));
  }

  @Property(tries = 25)
  void namesOfTags(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    SearchTagsRequest request =
        SearchTagsRequest.newBuilder()
            .setScope(any(random, List.of("", "none", "span", "intrinsic", "moon")))
            .setQuery(any(random, QUERIES))
            .setStart(any(random, NUMBERS))
            .setEnd(any(random, NUMBERS))
            .setMaxTagsPerScope(any(random, NUMBERS))
            .setStaleValuesThreshold(any(random, NUMBERS))
            .build();
    Params params =
        new Params()
            .text("scope", request.getScope())
            .text("q", request.getQuery())
            .number("start", request.getStart())
            .number("end", request.getEnd())
            .number("limit", request.getMaxTagsPerScope())
            .number("maxStaleValues", request.getStaleValuesThreshold());
    GrpcServer server = SERVER.get();
    var asked = server.backend.lastTagNames;

    assertThat(overGrpc(() -> server.client().searchTags(request), asked))
        .isNotNull()
        .isEqualTo(overHttp("/search/tags", params, asked));
    assertThat(overGrpc(() -> server.client().searchTagsV2(request), asked))
        .isNotNull()
        .isEqualTo(overHttp("/v2/search/tags", params, asked));
  }

  @Property(tries = 25)
  void valuesOfTags(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    SearchTagValuesRequest request =
        SearchTagValuesRequest.newBuilder()
            .setTagName(
                any(random, List.of(".a", "a b", "span.kind", "resource.a b/c", "duration", "é+")))
            .setQuery(any(random, QUERIES))
            .setStart(any(random, NUMBERS))
            .setEnd(any(random, NUMBERS))
            .setMaxTagValues(any(random, NUMBERS))
            .setStaleValueThreshold(any(random, NUMBERS))
            .build();
    Params params =
        new Params()
            .text("q", request.getQuery())
            .number("start", request.getStart())
            .number("end", request.getEnd())
            .number("limit", request.getMaxTagValues())
            .number("maxStaleValues", request.getStaleValueThreshold());
    String tag =
        URLEncoder.encode(request.getTagName(), StandardCharsets.UTF_8).replace("+", "%20");
    GrpcServer server = SERVER.get();
    var asked = server.backend.lastTagValues;

    assertThat(overGrpc(() -> server.client().searchTagValues(request), asked))
        .isNotNull()
        .isEqualTo(overHttp("/search/tag/" + tag + "/values", params, asked));
    assertThat(overGrpc(() -> server.client().searchTagValuesV2(request), asked))
        .isNotNull()
        .isEqualTo(overHttp("/v2/search/tag/" + tag + "/values", params, asked));
  }

  @Property(tries = 60)
  void metrics(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    QueryRangeRequest range =
        QueryRangeRequest.newBuilder()
            .setQuery("{} | rate()")
            .setStart(any(random, List.of(0L, 1000 * SECOND, 1000 * SECOND + 5)))
            .setEnd(any(random, List.of(999 * SECOND, 1060 * SECOND, 1_700_000_000 * SECOND)))
            .setStep(any(random, List.of(0L, 1L, 5 * SECOND, 3600 * SECOND)))
            .setExemplars(any(random, NUMBERS))
            .build();
    Params params =
        new Params()
            .text("q", range.getQuery())
            .number("start", range.getStart())
            .number("end", range.getEnd());
    QueryInstantRequest instant =
        QueryInstantRequest.newBuilder()
            .setQuery(range.getQuery())
            .setStart(range.getStart())
            .setEnd(range.getEnd())
            .build();
    GrpcServer server = SERVER.get();
    server.backend.metrics.set(FakeBackend::noSeries);
    var asked = server.backend.lastMetrics;

    assertThat(overGrpc(() -> server.client().metricsQueryInstant(instant), asked))
        .isNotNull()
        .isEqualTo(overHttp("/metrics/query", params, asked));
    params.number("step", range.getStep(), "ns").number("exemplars", range.getExemplars());
    assertThat(overGrpc(() -> server.client().metricsQueryRange(range), asked))
        .isNotNull()
        .isEqualTo(overHttp("/metrics/query_range", params, asked));
  }
}
