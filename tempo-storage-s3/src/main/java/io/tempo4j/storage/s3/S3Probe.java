package io.tempo4j.storage.s3;

import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;

/** What is checked before a store is handed out: one request that shows all usual mistakes. */
final class S3Probe {

  /** S3 refuses requests that are signed with a time further off. */
  private static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(15);

  private S3Probe() {}

  static void check(
      S3Client client, S3Settings settings, S3Failures failures, String keyPrefix, Clock clock)
      throws IOException {
    SdkHttpResponse answer;
    try {
      answer =
          client
              .listObjectsV2(list ->
                  list.bucket(settings.bucket())
                      .prefix(keyPrefix)
                      .maxKeys(1)
                      .overrideConfiguration(probe -> probe.apiCallTimeout(settings.openTimeout())))
              .sdkHttpResponse();
    } catch (SdkException e) {
      throw failures.of("open the bucket", e);
    }
    // The SDK corrects its signatures by the service's clock, but spans are found by this one's.
    Optional<Instant> serviceTime = answer.firstMatchingHeader("Date").flatMap(S3Probe::parse);
    if (serviceTime.isPresent()) {
      Duration skew = Duration.between(serviceTime.get(), clock.instant());
      if (skew.abs().compareTo(MAX_CLOCK_SKEW) > 0) {
        throw new IOException(
            "cannot open the bucket in "
                + failures.store()
                + ": this machine's clock is "
                + skew.abs().toMinutes()
                + " minutes "
                + (skew.isNegative() ? "behind" : "ahead of")
                + " the service's; set the clock");
      }
    }
  }

  private static Optional<Instant> parse(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
