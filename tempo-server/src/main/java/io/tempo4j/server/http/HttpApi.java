package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.RouteBuilder;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.prometheus.PrometheusExpositionService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.server.config.TempoConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All routes of the HTTP port. */
public final class HttpApi {

  private static final Set<HttpMethod> READ = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final Set<HttpMethod> ACT = Set.of(HttpMethod.GET, HttpMethod.POST);

  private record Endpoint(Set<HttpMethod> methods, String path, HttpService service)
      implements HttpService {

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
      return methods.contains(request.method())
          ? service.serve(context, request)
          : Replies.methodNotAllowed(methodNames(", "));
    }

    String methodNames(String between) {
      return methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(between));
    }

    /**
     * The path as Tempo's dashboards name it: {@code /api/traces/{traceID}} is api_traces_traceid.
     */
    String metricName() {
      return path.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
    }

    /** Takes all methods: those that are not allowed are told which ones are. */
    Route route() {
      int tag = path.indexOf(TagRoutes.TAG);
      RouteBuilder route = Route.builder();
      return tag < 0
          ? route.path(path).build()
          : route
              .regex(
                  "^%s.+%s$"
                      .formatted(
                          Pattern.quote(path.substring(0, tag)),
                          Pattern.quote(path.substring(tag + TagRoutes.TAG.length()))))
              .build();
    }
  }

  private final List<Endpoint> endpoints = new ArrayList<>();
  private final HttpMetrics metrics;
  private final QueryAnswers answers;

  /**
   * Assembles the routes.
   *
   * @param state tells when there is a store to ask
   * @param registry shown under {@code /metrics}
   */
  public HttpApi(
      ServerState state, TempoConfig config, BuildInfo build, PrometheusRegistry registry) {
    this(state, config, build, registry, MemoryPlan.halfOfThisProcess());
  }

  /** As the other, with the budgets that queries and answers take their bytes from. */
  public HttpApi(
      ServerState state,
      TempoConfig config,
      BuildInfo build,
      PrometheusRegistry registry,
      MemoryPlan memory) {
    this.metrics = new HttpMetrics(registry);
    this.answers = new QueryAnswers(state, config, metrics, memory);
    QueryRoutes queries = new QueryRoutes(answers, config.queries());
    TraceRoutes traces = new TraceRoutes(answers, config.queries());
    MetricsRoutes series = new MetricsRoutes(answers, config.queries(), InstantSource.system());
    TagRoutes tags = new TagRoutes(answers, config.queries());
    StatusRoutes status = new StatusRoutes(state, config, build, this::endpointsText);
    add(READ, "/ready", status::ready);
    add(READ, "/live", status::live);
    add(READ, "/status", status::status);
    add(READ, "/status/config", status::config);
    add(READ, "/status/version", status::version);
    add(READ, "/status/services", status::services);
    add(READ, "/status/endpoints", status::endpoints);
    add(Set.of(HttpMethod.GET), "/metrics", PrometheusExpositionService.of(registry));
    add(ACT, "/flush", queries::flush);
    String api = config.http().apiPrefix() + "/api";
    add(READ, api + "/echo", status::echo);
    add(READ, api + "/status/buildinfo", status::buildInfo);
    add(READ, api + "/traces/{traceID}", traces::version1);
    add(READ, api + "/v2/traces/{traceID}", traces::version2);
    add(Set.of(HttpMethod.POST), api + "/v2/traces/diff", traces::diff);
    add(READ, api + "/search", queries::search);
    add(READ, api + "/search/tags", tags::names1);
    add(READ, api + "/v2/search/tags", tags::names2);
    add(READ, api + "/search/tag/" + TagRoutes.TAG + "/values", tags::values1);
    add(READ, api + "/v2/search/tag/" + TagRoutes.TAG + "/values", tags::values2);
    add(READ, api + "/metrics/query_range", series::range);
    add(READ, api + "/metrics/query", series::instant);
  }

  private void add(Set<HttpMethod> methods, String path, HttpService service) {
    endpoints.add(new Endpoint(methods, path, service));
  }

  private String endpointsText() {
    return endpoints.stream()
        .map(endpoint -> endpoint.methodNames(",") + " " + endpoint.path() + "\n")
        .collect(Collectors.joining());
  }

  /** Adds the routes to a server that is being built. */
  public void attachTo(ServerBuilder server) {
    for (Endpoint endpoint : endpoints) {
      server.service(endpoint.route(), endpoint.decorate(metrics.timed(endpoint.metricName())));
    }
  }

  /** How queries come to their answers, for what asks by another protocol. */
  public QueryAnswers answers() {
    return answers;
  }

  /** Refuses new queries, and waits until those under way have their answers. */
  public void drain(Duration timeout) throws InterruptedException {
    answers.drain(timeout);
  }

  /** Takes no more queries and waits for running ones, no longer than {@code timeout}. */
  public void close(Duration timeout) throws InterruptedException {
    answers.close(timeout);
  }
}
