package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line, and what signals do to the process. */
class MainTest {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path folder;

  private record Ended(int exitCode, String out, String err) {}

  private static Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        new Main(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(arguments);
    return new Ended(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> wrongCommandLines() {
    return Stream.of(
        Arguments.of(new String[] {"-config.fil=x"}, 2, "Unknown option: '-config.fil=x'"),
        Arguments.of(new String[] {"surplus"}, 2, "Unmatched argument at index 0: 'surplus'"),
        Arguments.of(new String[] {"-config.file"}, 2, "Missing required parameter"),
        Arguments.of(
            new String[] {"-target=querier"},
            1,
            "target 'querier' is not supported: one process does everything, use 'all'"),
        Arguments.of(
            new String[] {"-config.file=/does/not/exist.yaml"},
            1,
            "configuration file /does/not/exist.yaml does not exist"));
  }

  @ParameterizedTest
  @MethodSource("wrongCommandLines")
  void wrongCommandLinesAreExplained(String[] arguments, int exitCode, String message) {
    Ended ended = run(arguments);

    assertThat(ended.exitCode()).isEqualTo(exitCode);
    assertThat(ended.err()).startsWith("tempo: ").contains(message);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void helpAndVersionAreSaid() {
    assertThat(run("-h").out()).contains("-config.file=FILE", "-target=ROLE", "tempo demo");
    assertThat(run("--help").exitCode()).isZero();
    assertThat(run("-version").out()).startsWith("tempo4j 0.").contains("Tempo API 3.0.0");
  }

  @Test
  void verifyPrintsTheEffectiveConfiguration() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("tempo.yaml"), "server: {http_listen_port: 3333}\ncompactor: {}\n");

    Ended ended = run("-config.file=" + file, "-config.verify", "-config.expand-env=true");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("http_listen_port: 3333", "backend: local");
    assertThat(ended.err()).contains("no effect: compactor (line 2)");
  }

  private ServerProcess start() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("tempo.yaml"),
            """
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
            distributor:
              receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}
            storage: {trace: {local: {path: data/blocks}, wal: {path: data/wal}}}
            """);
    return ServerProcess.start(folder, "-config.file=" + file);
  }

  private static void send(URI otlp, int number) throws Exception {
    Span span =
        Span.newBuilder()
            .setTraceId(id(number, 16))
            .setSpanId(id(number, 8))
            .setName("n" + number)
            .setStartTimeUnixNano(1_700_000_000_000_000_000L + number)
            .setEndTimeUnixNano(1_700_000_001_000_000_000L + number)
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("number")
                    .setValue(AnyValue.newBuilder().setIntValue(number)))
            .build();
    byte[] body =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
            .build()
            .toByteArray();
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(otlp.resolve("/v1/traces"))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static ByteString id(int number, int bytes) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(bytes).putInt(0, 7).putInt(bytes - 4, number).array());
  }

  private static String get(URI url) throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(60)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  @Test
  void killedServerTakesOverItsLogAndTerminatedServerFlushes() throws Exception {
    try (ServerProcess first = start()) {
      for (int i = 0; i < 20; i++) {
        send(first.otlpHttpUrl(), i);
      }
      first.kill();
      assertThat(first.exitCode()).isNotZero();
    }
    try (ServerProcess second = start()) {
      URI http = second.httpUrl();
      for (int i = 0; i < 20; i++) {
        assertThat(get(http.resolve("/api/search?q=%7B%20.number%20%3D%20" + i + "%20%7D")))
            .containsOnlyOnce("\"traceID\":");
      }
      send(second.otlpHttpUrl(), 20);
      second.terminate();
      assertThat(second.exitCode()).as(second.log()).isZero();
      assertThat(second.log()).contains("msg=stopped");
    }
    try (ServerProcess third = start()) {
      String metrics = get(third.httpUrl().resolve("/metrics"));
      assertThat(metrics).contains("tempo_ingester_replayed_spans_total 0.0");
      assertThat(get(third.httpUrl().resolve("/api/search?q=%7B%7D&limit=100")))
          .contains("\"rootTraceName\":\"n0\"", "\"rootTraceName\":\"n20\"");
    }
  }

  @Test
  void secondProcessOnTheSameFolderEndsWithAnError() throws Exception {
    try (ServerProcess first = start()) {
      first.httpUrl();
      try (ServerProcess second = start()) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.log())
            .contains("cannot start: ", "data/wal is in use by another process (pid ");
      }
      assertThat(get(first.httpUrl().resolve("/ready"))).isEqualTo("ready\n");
    }
  }
}
