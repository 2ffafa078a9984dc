package io.tempo4j.storage.s3;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * The clients of one store. Both share one pool of connections.
 *
 * @param retrying sends a request again that failed
 * @param once sends every request once: for those whose repetition has a meaning of its own
 */
record S3Connection(
    S3Client retrying, S3Client once, SdkHttpClient http, AwsCredentialsProvider credentials)
    implements AutoCloseable {

  static S3Connection open(S3Settings settings) {
    AwsCredentialsProvider credentials = credentials(settings.credentials());
    SdkHttpClient http =
        Apache5HttpClient.builder()
            .maxConnections(settings.maxConnections())
            .connectionTimeout(settings.connectTimeout())
            .connectionAcquisitionTimeout(settings.attemptTimeout())
            .socketTimeout(settings.attemptTimeout())
            .tcpKeepAlive(true)
            .build();
    try {
      return new S3Connection(
          client(settings, http, credentials, retries(settings)),
          client(settings, http, credentials, AwsRetryStrategy.doNotRetry()),
          http,
          credentials);
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
  }

  /** How requests are repeated; a service that asks for less is waited for no longer. */
  static RetryStrategy retries(S3Settings settings) {
    BackoffStrategy waits =
        BackoffStrategy.exponentialDelay(
            settings.retryBackoff().initial(), settings.retryBackoff().max());
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(settings.maxAttempts())
        .backoffStrategy(waits)
        .throttlingBackoffStrategy(waits)
        .build();
  }

  private static S3Client client(
      S3Settings settings,
      SdkHttpClient http,
      AwsCredentialsProvider credentials,
      RetryStrategy retry) {
    boolean always = settings.checksums() == S3Settings.Checksums.WHEN_SUPPORTED;
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .credentialsProvider(credentials)
            .forcePathStyle(settings.addressing() == S3Settings.Addressing.PATH)
            .requestChecksumCalculation(
                always
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                always
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(override ->
                override
                    .retryStrategy(retry)
                    .apiCallAttemptTimeout(settings.attemptTimeout())
                    .apiCallTimeout(settings.callTimeout()));
    settings.region().ifPresent(region -> builder.region(Region.of(region)));
    // Ceph RGW 16 answers every chunked put with 400 XAmzContentSHA256Mismatch. Without chunks the
    // body is hashed before it is sent over http, and unsigned over https.
    settings
        .endpoint()
        .ifPresent(endpoint ->
            builder
                .endpointOverride(endpoint)
                .serviceConfiguration(
                    S3Configuration.builder().chunkedEncodingEnabled(false).build()));
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(S3Credentials credentials) {
    return switch (credentials) {
      case S3Credentials.FromEnvironment() -> DefaultCredentialsProvider.builder().build();
      case S3Credentials.Static fixed ->
          StaticCredentialsProvider.create(
              fixed.sessionToken().isPresent()
                  ? AwsSessionCredentials.create(
                      fixed.accessKey(), fixed.secretKey(), fixed.sessionToken().get())
                  : AwsBasicCredentials.create(fixed.accessKey(), fixed.secretKey()));
    };
  }

  @Override
  public void close() {
    once.close();
    retrying.close();
    http.close();
    if (credentials instanceof AutoCloseable closeable) {
      S3ObjectStore.closeQuietly(closeable);
    }
  }
}
