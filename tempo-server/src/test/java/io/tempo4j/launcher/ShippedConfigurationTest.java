package io.tempo4j.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.http.BuildInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The configuration that the distribution ships. */
class ShippedConfigurationTest {

  private static final Path FILE = Path.of("src/dist/conf/tempo.yaml");

  @Test
  void saysTheDefaultsButListensEverywhere() throws Exception {
    ConfigLoader.Loaded shipped = ConfigLoader.file(FILE);
    TempoConfig embedded = ConfigLoader.embedded().config();

    assertThat(shipped.warnings()).isEmpty();
    assertThat(shipped.config().storage()).isEqualTo(embedded.storage());
    assertThat(shipped.config().wal()).isEqualTo(embedded.wal());
    assertThat(shipped.config().receivers().otlpGrpc().orElseThrow().listen().toString())
        .isEqualTo("0.0.0.0:4317");
    assertThat(shipped.config().receivers().otlpHttp().orElseThrow().listen().toString())
        .isEqualTo("0.0.0.0:4318");
  }

  /** The file names the distribution by its version, which it cannot take from the project. */
  @Test
  void dockerfileAddsTheDistributionOfThisVersion() throws Exception {
    assertThat(Files.readString(Path.of("../Dockerfile")))
        .contains("ARG VERSION=" + BuildInfo.load().version() + "\n")
        .contains("ADD tempo-server/target/tempo-server-${VERSION}.tar.gz");
  }
}
