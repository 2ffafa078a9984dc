package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.s3.S3Credentials;
import io.tempo4j.storage.s3.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
  void withoutKeysTheEnvironmentSpeaks() throws ConfigException {
    assertThat(S3Blocks.settings(config("region: here")).credentials())
        .isEqualTo(new S3Credentials.FromEnvironment());
  }

  @Test
  void impossibleValuesNameTheSection() throws ConfigException {
    TempoConfig.S3 wrong = config("endpoint: 'ftp://x'");

    assertThatThrownBy(() -> S3Blocks.open(wrong))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("storage.trace.s3: S3 endpoint must be a URL");
  }
}
