package io.tempo4j.server;

import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.s3.S3Credentials;
import io.tempo4j.storage.s3.S3ObjectStore;
import io.tempo4j.storage.s3.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Opens the bucket that the configuration describes. */
final class S3Blocks {

  private S3Blocks() {}

  static ObjectStore open(TempoConfig.S3 config) throws IOException {
    S3Settings settings;
    try {
      settings = settings(config);
    } catch (IllegalArgumentException e) {
      throw new IOException("storage.trace.s3: " + e.getMessage(), e);
    }
    return S3ObjectStore.open(settings);
  }

  static S3Settings settings(TempoConfig.S3 config) {
    S3Settings.Builder settings = S3Settings.builder(config.bucket()).prefix(config.prefix());
    Optional<URI> endpoint = endpoint(config);
    endpoint.ifPresent(settings::endpoint);
    if (!config.region().isEmpty()) {
      settings.region(config.region());
    }
    if (!config.accessKey().isEmpty()) {
      settings.credentials(
          new S3Credentials.Static(
              config.accessKey(),
              config.secretKey().reveal(),
              config.sessionToken().isPresent()
                  ? Optional.of(config.sessionToken().reveal())
                  : Optional.empty()));
    }
    if (config.forcePathStyle()) {
      settings.addressing(S3Settings.Addressing.PATH);
    }
    if (config.partSizeBytes() > 0) {
      settings.partSizeBytes(Math.max(S3Settings.MIN_PART_SIZE_BYTES, config.partSizeBytes()));
    }
    return settings.build();
  }

  /**
   * Tempo's endpoints have no scheme, and name AWS by its host too: then the service is AWS itself,
   * with its virtual hosts and checksums.
   */
  private static Optional<URI> endpoint(TempoConfig.S3 config) {
    String endpoint = config.endpoint();
    if (endpoint.isEmpty() || endpoint.matches("s3[.-]?[a-z0-9.-]*\\.amazonaws\\.com")) {
      return Optional.empty();
    }
    String url =
        endpoint.contains("://")
            ? endpoint
            : (config.insecure() ? "http://" : "https://") + endpoint;
    return Optional.of(URI.create(url));
  }
}
