package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser asks and sees when a page of another origin uses the server. */
class CrossOriginTest {

  @TempDir private static Path folder;

  private static TempoServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TempoServer.start(
            ConfigLoader.parse(
                    "test.yaml",
                    """
                    server:
                      http_listen_address: 127.0.0.1
                      http_listen_port: 0
                      cors:
                        allowed_origins: ["https://*.grafana.example", "http://localhost:3000"]
                        allowed_headers: [X-Scope-OrgID]
                        max_age: 600
                    distributor:
                      receivers:
                        otlp:
                          protocols:
                            http:
                              endpoint: "127.0.0.1:0"
                              cors: {allowed_origins: ["*"], allowed_headers: ["*"]}
                    storage:
                      trace:
                        local: {path: FOLDER/blocks}
                        wal: {path: FOLDER/wal}
                    """
                        .replace("FOLDER", folder.toString()))
                .config());
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static AggregatedHttpResponse preflight(
      URI url, String path, String origin, HttpMethod method, String headers) {
    return WebClient.of(url)
        .execute(
            HttpRequest.of(
                RequestHeaders.of(
                    HttpMethod.OPTIONS,
                    path,
                    "origin",
                    origin,
                    "access-control-request-method",
                    method.name(),
                    "access-control-request-headers",
                    headers)))
        .aggregate()
        .join();
  }

  private static AggregatedHttpResponse get(String path, String origin) {
    return WebClient.of(server.httpUrl())
        .execute(HttpRequest.of(RequestHeaders.of(HttpMethod.GET, path, "origin", origin)))
        .aggregate()
        .join();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/search, GET",
    "/api/v2/traces/abc, GET",
    "/api/v2/traces/diff, POST",
    "/api/v2/search/tag/span.a%2Fb/values, GET",
    "/api/metrics/query_range, GET",
    "/ready, GET"
  })
  void preflightsOfQueriesAreAnswered(String path, HttpMethod method) {
    AggregatedHttpResponse answer =
        preflight(server.httpUrl(), path, "https://eu.grafana.example", method, "x-scope-orgid");

    assertThat(answer.status().code()).isEqualTo(200);
    assertThat(answer.headers().get("access-control-allow-origin"))
        .isEqualTo("https://eu.grafana.example");
    assertThat(answer.headers().get("access-control-allow-methods")).contains(method.name());
    assertThat(answer.headers().get("access-control-allow-headers"))
        .contains("x-scope-orgid", "content-type");
    assertThat(answer.headers().get("access-control-max-age")).isEqualTo("600");
    assertThat(answer.headers().get("access-control-allow-credentials")).isEqualTo("true");
  }

  /** Also without any header named: those that OTLP needs are among those that always may come. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{allowed_origins: ['https://shop.example']}",
        "{allowed_origins: ['https://shop.example'], allowed_headers: []}",
        "{allowed_origins: https://*.example}",
        "{allowed_origins: ['*']}"
      })
  void originsAreEnough(String cors, @TempDir Path data) throws Exception {
    String yaml =
        """
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0, cors: CORS}
        distributor:
          receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0", cors: CORS}}}}
        storage: {trace: {local: {path: FOLDER/blocks}, wal: {path: FOLDER/wal}}}
        """
            .replace("CORS", cors)
            .replace("FOLDER", data.toString());
    try (TempoServer other = TempoServer.start(ConfigLoader.parse("test.yaml", yaml).config())) {
      URI url = other.otlpHttpUrl().orElseThrow();
      AggregatedHttpResponse answer =
          preflight(url, "/v1/traces", "https://shop.example", HttpMethod.POST, "content-type");

      assertThat(answer.headers().get("access-control-allow-origin")).isNotNull();
      assertThat(answer.headers().get("access-control-allow-headers")).contains("content-type");
    }
  }

  @Test
  void answersMayBeSeen() {
    for (String path : new String[] {"/api/echo", "/api/search?q=%7B%7D", "/api/search?q=%7B"}) {
      AggregatedHttpResponse answer = get(path, "http://localhost:3000");

      assertThat(answer.headers().get("access-control-allow-origin"))
          .as(path)
          .isEqualTo("http://localhost:3000");
      assertThat(answer.headers().get("access-control-expose-headers"))
          .contains("x-tempo4j-truncated", "x-tempo4j-partial", "retry-after");
    }
  }

  @Test
  void cachesAreToldWhatAnswersDependOn() {
    for (String path : new String[] {"/api/echo", "/api/search?q=%7B%7D", "/api/search?q=%7B"}) {
      AggregatedHttpResponse asked = get(path, "http://localhost:3000");
      AggregatedHttpResponse other = get(path, "https://evil.example");
      AggregatedHttpResponse none = WebClient.of(server.httpUrl()).get(path).aggregate().join();

      for (AggregatedHttpResponse answer : List.of(asked, other, none)) {
        assertThat(String.join(", ", answer.headers().getAll("vary")).toLowerCase(Locale.ROOT))
            .as(path)
            .contains("origin", "accept-encoding");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example",
    "https://grafana.example",
    "http://eu.grafana.example",
    "https://eu.grafana.example.evil.example",
    "null"
  })
  void otherOriginsAreNotLetIn(String origin) {
    AggregatedHttpResponse answer = get("/api/echo", origin);
    AggregatedHttpResponse preflight =
        preflight(server.httpUrl(), "/api/search", origin, HttpMethod.GET, "x-scope-orgid");

    assertThat(answer.status().code()).isEqualTo(200); // the browser keeps it from the page
    assertThat(answer.headers().get("access-control-allow-origin")).isNull();
    assertThat(preflight.headers().get("access-control-allow-origin")).isNull();
  }

  @Test
  void pagesMaySendSpans() {
    URI url = server.otlpHttpUrl().orElseThrow();
    String origin = "https://shop.example";

    AggregatedHttpResponse preflight =
        preflight(url, "/v1/traces", origin, HttpMethod.POST, "content-type,x-anything");
    AggregatedHttpResponse sent =
        WebClient.of(url)
            .execute(
                RequestHeaders.of(
                    HttpMethod.POST,
                    "/v1/traces",
                    "origin",
                    origin,
                    "content-type",
                    "application/json"),
                "{\"resourceSpans\":[]}")
            .aggregate()
            .join();

    assertThat(preflight.status().code()).isEqualTo(200);
    assertThat(preflight.headers().get("access-control-allow-origin")).isEqualTo("*");
    assertThat(preflight.headers().get("access-control-allow-methods")).contains("POST");
    assertThat(preflight.headers().get("access-control-allow-headers"))
        .contains("content-type", "x-anything");
    assertThat(preflight.headers().get("access-control-allow-credentials")).isNull();
    assertThat(sent.status().code()).isEqualTo(200);
    assertThat(sent.contentUtf8()).isEqualTo("{}");
    assertThat(sent.headers().get("access-control-allow-origin")).isEqualTo("*");
  }
}
