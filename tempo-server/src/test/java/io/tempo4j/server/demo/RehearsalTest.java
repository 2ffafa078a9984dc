package io.tempo4j.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.server.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

  @TempDir Path folder;

  @Test
  void everythingThatTheServerIsAskedIsAnsweredWell() throws Exception {
    try (RehearsedServer server = RehearsedServer.start(folder, command(Main.class.getName()))) {
      new Rehearsal(server, Instant.now(), 8, 2).run();
      server.stop();
    }

    try (Stream<Path> files = Files.walk(folder.resolve("blocks"))) {
      assertThat(files).anyMatch(file -> file.endsWith("meta.json"));
    }
  }

  @Test
  void whatTheServerSaidIsShownWhenItDoesNotStart() {
    assertThatThrownBy(() -> RehearsedServer.start(folder, command("no.such.Main")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.such.Main");
  }

  static List<String> command(String mainClass) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        mainClass);
  }
}
