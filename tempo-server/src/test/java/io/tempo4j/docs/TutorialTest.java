package io.tempo4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.server.TempoServer;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what the tutorial tells its reader to do, with the words that stand there. */
class TutorialTest {

  private static final Path TUTORIAL = Path.of("../docs/tutorial/first-trace.md");
  private static final Pattern PAYLOAD = Pattern.compile("<<EOF\n(.*?)\nEOF\n", Pattern.DOTALL);
  private static final Pattern SEARCH = Pattern.compile("--data-urlencode 'q=(.*)'");
  private static final Pattern TRACE = Pattern.compile("localhost:3200(/api/traces/(\\w+))");

  @TempDir private Path folder;

  private String text;
  private TempoServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    text = Files.readString(TUTORIAL);
    server =
        TempoServer.start(
            ConfigLoader.parse(
                    "tutorial.yaml",
                    """
                    server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
                    distributor: {receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}}
                    storage: {trace: {local: {path: '%1$s/blocks'}, wal: {path: '%1$s/wal'}}}
                    """
                        .formatted(folder))
                .config());
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void traceOfTheTutorialIsTakenAndFound() throws Exception {
    String payload = PAYLOAD.matcher(text).results().findFirst().orElseThrow().group(1);
    URI traces = server.otlpHttpUrl().orElseThrow().resolve("/v1/traces");

    HttpResponse<String> sent =
        send(
            HttpRequest.newBuilder(traces)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(payload.replace("${now}", "1795626256"))));

    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(sent.body()).isEqualTo("{}");
    MatchResult trace = TRACE.matcher(text).results().findFirst().orElseThrow();
    assertThat(send(HttpRequest.newBuilder(server.httpUrl().resolve(trace.group(1)))).body())
        .contains("make dinner", "burnt");
    List<String> queries = SEARCH.matcher(text).results().map(found -> found.group(1)).toList();
    assertThat(queries).hasSize(3);
    for (String query : queries.subList(0, 2)) {
      assertThat(search(query)).as(query).contains(trace.group(2).replaceFirst("^0+", ""));
    }
    assertThat(search(queries.get(2))).as("a query to the shop").contains("\"traces\":[]");
  }

  private String search(String query) throws IOException, InterruptedException {
    String path = "/api/search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    HttpResponse<String> found = send(HttpRequest.newBuilder(server.httpUrl().resolve(path)));
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    return found.body();
  }
}
