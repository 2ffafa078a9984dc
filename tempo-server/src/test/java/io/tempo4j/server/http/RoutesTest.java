package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.TenantId;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests there are, with which methods, and what the reference page says of them. */
class RoutesTest {

  private static final Path REFERENCE = Path.of("../docs/reference/http-api.md");
  private static final ServerState STATE = new ServerState();
  private static final FakeBackend BACKEND = new FakeBackend();

  private static Server server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            STATE,
            ConfigLoader.parse("test.yaml", "target: all").config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
    STATE.ready(BACKEND);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.stop().join();
  }

  @AfterEach
  void reset() {
    BACKEND.flushFailure.set(Optional.empty());
  }

  private static HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.activeLocalPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The routes as the server itself lists them, such as {@code GET,HEAD /api/echo}. */
  static List<String> endpoints() throws IOException, InterruptedException {
    return send("GET", "/status/endpoints").body().lines().toList();
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void everyRouteStandsInTheReference(String endpoint) throws IOException {
    String path = endpoint.substring(endpoint.indexOf(' ') + 1);

    assertThat(anonymous(Files.readString(REFERENCE))).contains(anonymous(path));
  }

  /** The names of what a path leaves open are for the reader. */
  private static String anonymous(String text) {
    return text.replaceAll("\\{\\w*}", "{}");
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void everyRouteRefusesOtherMethods(String endpoint) throws Exception {
    String[] parts = endpoint.split(" ");
    String path = parts[1].replaceAll("\\{.*?}", "1");

    for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
      HttpResponse<String> refused = send(method, path);
      assertThat(refused.statusCode()).as(method).isEqualTo(405);
      assertThat(refused.headers().firstValue("allow")).hasValue(parts[0].replace(",", ", "));
    }
    List<String> listed = List.of(parts[0].split(","));
    assertThat(send("POST", path).statusCode() == 405).isEqualTo(!listed.contains("POST"));
    for (String method : listed) {
      assertThat(send(method, path).statusCode()).as(method).isNotEqualTo(405);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/status, text/plain; charset=utf-8, tempo4j",
    "/status/version, text/plain; charset=utf-8, Tempo API 3.",
    "/status/services, text/plain; charset=utf-8, all: Running",
    "/status/endpoints, text/plain; charset=utf-8, 'GET,POST /flush'",
    "/status/config, text/yaml; charset=utf-8, target: all",
    "/api/status/buildinfo, application/json, version",
    "/metrics, text/plain; version=0.0.4; charset=utf-8, tempo_request_duration_seconds",
  })
  void statusIsText(String path, String type, String part) throws Exception {
    HttpResponse<String> response = send("GET", path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue(type);
    assertThat(response.body()).contains(part);
  }

  @ParameterizedTest
  @CsvSource({"/", "/api", "/api/traces", "/api/traces/", "/api/nothing", "/v1/traces"})
  void otherPathsDoNotExist(String path) throws Exception {
    assertThat(send("GET", path).statusCode()).isEqualTo(404);
  }

  @Test
  void flushOfOneTenantNamesIt() throws Exception {
    assertThat(send("POST", "/flush?tenant=team-a").statusCode()).isEqualTo(204);
    assertThat(BACKEND.lastTenant.get()).isEqualTo(new TenantId("team-a"));
    HttpResponse<String> impossible = send("POST", "/flush?tenant=a%2Fb");
    assertThat(impossible.statusCode()).isEqualTo(400);
    assertThat(impossible.body()).contains("unsupported character '/'");
  }

  @Test
  void flushThatFailsSaysWhy() throws Exception {
    BACKEND.flushFailure.set(Optional.of(new IOException("No space left on device")));

    HttpResponse<String> response = send("GET", "/flush");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("No space left on device");
  }
}
