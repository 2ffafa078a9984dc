package io.tempo4j.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.server.TempoServer;
import io.tempo4j.server.config.ConfigLoader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  private static final long SEED = 7;

  @TempDir Path folder;

  @Test
  void showsATraceASearchAndWhereToLook() throws Exception {
    String configuration =
        """
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
        distributor:
          receivers:
            otlp:
              protocols:
                http: {endpoint: "127.0.0.1:0"}
        storage:
          trace:
            backend: local
            local: {path: "%1$s/blocks"}
            wal: {path: "%1$s/wal"}
        """
            .formatted(folder);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (TempoServer server =
        TempoServer.start(ConfigLoader.parse("demo.yaml", configuration).config())) {
      new Demo(
              new DemoOptions(SEED, 200, List.of()),
              InstantSource.system(),
              new PrintStream(printed, true, StandardCharsets.UTF_8))
          .show(server.otlpHttpUrl().orElseThrow(), server.httpUrl());

      assertThat(printed.toString(StandardCharsets.UTF_8))
          .contains("-seed=7", "demo: 200 traces")
          .containsPattern(
              "(?m)^  frontend  POST /checkout .* error: payment of order-\\d+ failed$")
          .containsPattern("(?m)^ +payment  POST /charge .* error: the bank declined the card$")
          .contains("Search { resource.service.name = \"payment\" && status = error }")
          .contains(server.httpUrl() + "/api/search?q=", "serving until Ctrl-C");
    }
  }

  @Test
  void optionsOfTheDemoAreTakenAndTheRestIsPassedOn() {
    assertThat(DemoOptions.parse(List.of("-seed=3", "-config.file=a", "-traces=9"), () -> 1))
        .isEqualTo(new DemoOptions(3, 9, List.of("-config.file=a")));
    assertThat(DemoOptions.parse(List.of(), () -> 1).seed()).isEqualTo(1);
  }

  @Test
  void wrongNumbersAreNamed() {
    assertThatThrownBy(() -> DemoOptions.parse(List.of("-seed=x"), () -> 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("-seed=x is wrong: a whole number is expected");
    assertThatThrownBy(() -> DemoOptions.parse(List.of("-traces=100000000000"), () -> 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of range");
  }
}
