package io.tempo4j.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.cors.CorsServiceBuilder;
import io.tempo4j.server.config.TempoConfig.Cors;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets pages of other origins use an HTTP port: answers preflights, and adds the headers that tell
 * a browser that a page may see an answer.
 *
 * <p>Source: the Fetch standard, "CORS protocol"; keys and defaults are those of the OpenTelemetry
 * collector.
 */
final class CrossOrigin {

  private static final String ANY = "*";
  private static final List<String> ALWAYS_ALLOWED =
      List.of("accept", "content-type", "x-requested-with");

  private CrossOrigin() {}

  /** For the API that is asked. */
  static Function<? super HttpService, HttpService> queries(Cors cors) {
    return policy(cors)
        .allowRequestMethods(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST)
        .exposeHeaders("x-tempo4j-partial", "x-tempo4j-truncated", "retry-after")
        .newDecorator()
        .andThen(CrossOrigin::varying);
  }

  /**
   * Tells caches what answers depend on: also those without an origin, and also how they are
   * compressed, which the policy would take back.
   */
  private static HttpService varying(HttpService policy) {
    return (context, request) -> {
      HttpResponse answer = policy.serve(context, request);
      context.setAdditionalResponseHeader(HttpHeaderNames.VARY, "origin, accept-encoding");
      return answer;
    };
  }

  /** For a receiver of spans. */
  static Function<? super HttpService, CorsService> spans(Cors cors) {
    return policy(cors)
        .allowRequestMethods(HttpMethod.POST)
        .exposeHeaders("retry-after")
        .newDecorator();
  }

  private static CorsServiceBuilder policy(Cors cors) {
    // Only to origins that are named: a page of any origin must not act with its reader's password.
    CorsServiceBuilder policy =
        cors.allowedOrigins().contains(ANY)
            ? CorsService.builderForAnyOrigin()
            : CorsService.builder(anyOf(cors.allowedOrigins())).allowCredentials();
    if (cors.allowedHeaders().contains(ANY)) {
      policy.allowAllRequestHeaders(true);
    } else {
      policy.allowRequestHeaders(
          Stream.concat(ALWAYS_ALLOWED.stream(), cors.allowedHeaders().stream()).toList());
    }
    if (!cors.maxAge().isZero()) {
      policy.maxAge(cors.maxAge());
    }
    return policy;
  }

  private static Predicate<String> anyOf(List<String> origins) {
    List<Pattern> patterns =
        origins.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .map(origin ->
                Pattern.compile(
                    Stream.of(origin.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"))))
            .toList();
    return origin ->
        patterns.stream()
            .anyMatch(pattern -> pattern.matcher(origin.toLowerCase(Locale.ROOT)).matches());
  }
}
