package io.tempo4j.server;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStoreBuilder;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.DiskCache;
import io.tempo4j.storage.HedgedObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.storage.StoreUnavailableException;
import io.tempo4j.storage.s3.S3Credentials;
import io.tempo4j.storage.s3.S3ObjectStore;
import io.tempo4j.storage.s3.S3Settings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/** Opens the bucket that the configuration describes. */
final class S3Blocks {

  private static final Logger LOG = System.getLogger(S3Blocks.class.getName());

  /** The object that says whether a block is visible: the only one that may come and go. */
  private static final String CHANGING = "/meta.json";

  private S3Blocks() {}

  /**
   * Lets a store keep its blocks in the bucket. One that cannot be reached now may come later.
   *
   * @throws IOException if the bucket cannot be used; the message says what to change
   */
  static TraceStoreBuilder open(
      TraceStoreBuilder builder, TempoConfig.S3 config, PrometheusRegistry registry)
      throws IOException {
    S3Settings settings;
    try {
      settings = settings(config);
    } catch (IllegalArgumentException e) {
      throw new IOException("storage.trace.s3: " + e.getMessage(), e);
    }
    try {
      return builder.blocks(layered(S3ObjectStore.open(settings), config, registry));
    } catch (StoreUnavailableException e) {
      ObjectStore later = S3ObjectStore.unchecked(settings);
      return builder.unavailableBlocks(layered(later, config, registry), e);
    }
  }

  /** The bucket with what measures it, asks it twice, and keeps what was read of it. */
  private static ObjectStore layered(
      ObjectStore bucket, TempoConfig.S3 config, PrometheusRegistry registry) {
    ObjectStore store = new MeasuredStore(bucket, registry);
    TempoConfig.S3Requests requests = config.requests();
    if (!requests.hedgeAt().isZero() && requests.hedgeUpTo() > 1) {
      HedgedObjectStore hedged =
          new HedgedObjectStore(store, requests.hedgeAt(), requests.hedgeUpTo());
      StoreMetrics.register(hedged, registry);
      store = hedged;
    }
    return cached(store, config.diskCache(), registry);
  }

  /** The store behind a cache on disk, or as it is if there is no disk for one. */
  static ObjectStore cached(
      ObjectStore store, TempoConfig.DiskCaching config, PrometheusRegistry registry) {
    if (config.maxBytes() == 0) {
      return store;
    }
    try {
      Files.createDirectories(config.folder());
      long free = Files.getFileStore(config.folder()).getUsableSpace();
      DiskCache cache =
          DiskCache.open(
              store,
              config.folder(),
              Math.min(config.maxBytes(), free / 2),
              key -> !key.endsWith(CHANGING));
      StoreMetrics.register(cache, registry);
      return cache;
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "Keeping nothing on disk of what is read from the bucket: {0}. Set"
              + " storage.trace.s3.disk_cache.path to a folder for it, or max_bytes to 0.",
          e.getMessage());
      return store;
    }
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
    TempoConfig.S3Requests requests = config.requests();
    settings
        .maxAttempts(Math.max(1, requests.maxAttempts()))
        .retryBackoff(
            atLeastOneMilli(requests.backoffInitial()), atLeastOneMilli(requests.backoffMax()));
    TempoConfig.S3Reads reads = config.reads();
    settings.readPolicy(
        new ReadPolicy(
            (int) reads.joinGapBytes(),
            (int) reads.maxRangeBytes(),
            reads.concurrency(),
            (int) reads.aheadBytes()));
    if (config.partSizeBytes() > 0) {
      settings.partSizeBytes(Math.max(S3Settings.MIN_PART_SIZE_BYTES, config.partSizeBytes()));
    }
    return settings.build();
  }

  private static Duration atLeastOneMilli(Duration wait) {
    return wait.toMillis() < 1 ? Duration.ofMillis(1) : wait;
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
    try {
      return Optional.of(new URI(url));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "endpoint: expected host:port or a URL, got '" + endpoint + "'", e);
    }
  }
}
