package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.storage.s3.S3Credentials;
import io.tempo4j.storage.s3.S3Settings;
import io.tempo4j.testkit.UnwritableFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class S3BlocksTest {

  private static TempoConfig.S3 config(String keys) throws ConfigException {
    return ConfigLoader.parse(
            "t", "storage: {trace: {backend: s3, s3: {bucket: traces, " + keys + "}}}")
        .config()
        .storage()
        .s3();
  }

  @Test
  void endpointWithoutSchemeGetsOneByInsecure() throws ConfigException {
    assertThat(S3Blocks.settings(config("endpoint: 'minio:9000', insecure: true")).endpoint())
        .hasValue(URI.create("http://minio:9000"));
    assertThat(S3Blocks.settings(config("endpoint: 's3.example.com'")).endpoint())
        .hasValue(URI.create("https://s3.example.com"));
    assertThat(S3Blocks.settings(config("endpoint: 'http://rgw:7480'")).endpoint())
        .hasValue(URI.create("http://rgw:7480"));
  }

  @Test
  void amazonsOwnHostsMeanAws() throws ConfigException {
    for (String host :
        new String[] {
          "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "s3-us-west-2.amazonaws.com"
        }) {
      S3Settings settings = S3Blocks.settings(config("region: eu-west-1, endpoint: " + host));

      assertThat(settings.endpoint()).isEmpty();
      assertThat(settings.addressing()).isEqualTo(S3Settings.Addressing.VIRTUAL_HOST);
    }
  }

  @Test
  void keysAreTakenOver() throws ConfigException {
    S3Settings settings =
        S3Blocks.settings(
            config(
                "prefix: /tempo/, region: here, access_key: k, secret_key: s, session_token: t,"
                    + " forcepathstyle: true, part_size: 1MiB"));

    assertThat(settings.prefix()).isEqualTo("tempo");
    assertThat(settings.region()).hasValue("here");
    assertThat(settings.credentials())
        .isEqualTo(new S3Credentials.Static("k", "s", Optional.of("t")));
    assertThat(settings.addressing()).isEqualTo(S3Settings.Addressing.PATH);
    assertThat(settings.partSizeBytes()).isEqualTo(S3Settings.MIN_PART_SIZE_BYTES);
  }

  @Test
  void requestsAreRepeatedAndReadsJoinedAsTheKeysSay() throws ConfigException {
    TempoConfig.S3 config =
        config(
            "hedge_requests_at: 400ms, hedge_requests_up_to: 3, retry_max_attempts: 7,"
                + " retry_backoff_initial: 20ms, retry_backoff_max: 2s,"
                + " reads: {join_gap: 1MiB, max_range: 2MiB, concurrency: 5, ahead: 3MiB},"
                + " disk_cache: {path: /cache, max_bytes: 5GiB}");
    S3Settings settings = S3Blocks.settings(config);

    assertThat(config.requests().hedgeAt()).isEqualTo(Duration.ofMillis(400));
    assertThat(config.requests().hedgeUpTo()).isEqualTo(3);
    assertThat(config.diskCache())
        .isEqualTo(new TempoConfig.DiskCaching(Path.of("/cache"), 5L << 30));
    assertThat(settings.maxAttempts()).isEqualTo(7);
    assertThat(settings.retryBackoff())
        .isEqualTo(new S3Settings.Backoff(Duration.ofMillis(20), Duration.ofSeconds(2)));
    assertThat(settings.readPolicy()).isEqualTo(new ReadPolicy(1 << 20, 2 << 20, 5, 3 << 20));
  }

  @Test
  void whatIsNotSaidIsAsTempoHasIt() throws ConfigException {
    TempoConfig.S3 config = config("region: here");
    S3Settings settings = S3Blocks.settings(config);

    assertThat(config.requests().hedgeAt()).isZero();
    assertThat(settings.maxAttempts()).isEqualTo(10);
    assertThat(settings.retryBackoff())
        .isEqualTo(new S3Settings.Backoff(Duration.ofMillis(200), Duration.ofSeconds(1)));
    assertThat(settings.readPolicy()).isEqualTo(ReadPolicy.REMOTE);
    assertThat(config.diskCache())
        .isEqualTo(new TempoConfig.DiskCaching(Path.of("/var/tempo/s3-cache"), 2L << 30));
  }

  @Test
  void aFolderForTheDiskCacheThatCannotBeUsedIsAWarningAndNothingIsKept() throws IOException {
    InMemoryObjectStore bucket = new InMemoryObjectStore();
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Logger log = (Logger) LoggerFactory.getLogger(S3Blocks.class);
    log.addAppender(logged);
    try {
      TempoConfig.DiskCaching unwritable =
          new TempoConfig.DiskCaching(UnwritableFolder.path().resolve("cache"), 1 << 20);
      assertThat(S3Blocks.cached(bucket, unwritable, new PrometheusRegistry())).isSameAs(bucket);
    } finally {
      log.detachAppender(logged);
    }
    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.getFirst().getLevel()).isEqualTo(Level.WARN);
    assertThat(logged.list.getFirst().getFormattedMessage())
        .contains("storage.trace.s3.disk_cache.path")
        .contains("max_bytes");
  }

  @Test
  void noBytesForTheDiskCacheMeanNone() {
    InMemoryObjectStore bucket = new InMemoryObjectStore();
    TempoConfig.DiskCaching none = new TempoConfig.DiskCaching(UnwritableFolder.path(), 0);
    assertThat(S3Blocks.cached(bucket, none, new PrometheusRegistry())).isSameAs(bucket);
  }

  @Test
  void withoutKeysTheEnvironmentSpeaks() throws ConfigException {
    assertThat(S3Blocks.settings(config("region: here")).credentials())
        .isEqualTo(new S3Credentials.FromEnvironment());
  }

  @Test
  void impossibleValuesNameTheSection() throws ConfigException {
    TempoConfig.S3 wrong = config("endpoint: 'ftp://x'");

    assertThatThrownBy(() -> S3Blocks.open(TraceStore.builder(), wrong, new PrometheusRegistry()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("storage.trace.s3: S3 endpoint must be a URL");
  }

  @Test
  void impossibleValuesAreSeenWithoutABucket() throws ConfigException {
    TempoConfig wrong =
        ConfigLoader.parse(
                "test.yaml",
                "storage: {trace: {backend: s3, s3: {bucket: b, endpoint: 'no host'}}}")
            .config();

    assertThatThrownBy(() -> TempoServer.verify(wrong))
        .isInstanceOf(StartException.class)
        .hasMessage("storage.trace.s3: endpoint: expected host:port or a URL, got 'no host'");
  }
}
