package io.tempo4j.storage.s3;

import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Turns the errors of the AWS SDK into ours, each with what its reader should check.
 *
 * @param settings where the store is
 * @param store the store's name in messages
 */
record S3Failures(S3Settings settings, String store) {

  /** The error for an action such as {@code "read object 'x'"}. */
  IOException of(String action, SdkException e) {
    if (e instanceof AbortedException || causeOf(e, InterruptedException.class).isPresent()) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException(
              "cannot " + action + " in " + store + ": the thread was interrupted");
      interrupted.initCause(e);
      return interrupted;
    }
    String message = "cannot " + action + " in " + store + ": " + reason(e);
    return isAway(e) ? new StoreUnavailableException(message, e) : new IOException(message, e);
  }

  /** Whether the service did not answer, or said that it cannot now. */
  private static boolean isAway(SdkException e) {
    int status = status(e);
    return status == 0
        ? e instanceof ApiCallTimeoutException
            || e instanceof ApiCallAttemptTimeoutException
            // Refused, reset, unknown host, closed without an answer, and whatever else a network
            // does; a certificate that nobody trusts stays as it is.
            || (causeOf(e, IOException.class).isPresent()
                && causeOf(e, SSLException.class).isEmpty())
        : status >= 500 || status == 408 || status == 429;
  }

  /** The error for an action on an object that may be missing. */
  IOException ofObject(String verb, String key, SdkException e) {
    return isMissingObject(e)
        ? withCause(new NoSuchObjectException(key, store), e)
        : of(verb + " object '" + key + "'", e);
  }

  /**
   * The error for a body that could not be read, which the SDK may have wrapped.
   *
   * @throws RuntimeException {@code e}, if it is about something else
   */
  IOException ofBody(String key, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UncheckedIOException) {
        return new IOException(
            "cannot store object '" + key + "' in " + store + ": " + rootMessage(e), e);
      }
    }
    throw e;
  }

  private static IOException withCause(IOException error, Throwable cause) {
    error.initCause(cause);
    return error;
  }

  /** Whether the service says that there is no such key; a missing bucket is something else. */
  static boolean isMissingObject(SdkException e) {
    return status(e) == 404 && !code(e).equals("NoSuchBucket");
  }

  /** Whether the service refused because a condition was not met. */
  static boolean isPreconditionFailed(SdkException e) {
    return status(e) == 412;
  }

  /** Whether the service refused because another write to the same object was under way. */
  static boolean isConflict(SdkException e) {
    return status(e) == 409;
  }

  /**
   * Whether the request surely had no effect: the service refused it, or was never reached. All
   * else (no answer, an answer that says only that something went wrong) leaves that open.
   */
  static boolean isWithoutEffect(SdkException e) {
    int status = status(e);
    if (status >= 300 && status < 500) {
      return true;
    }
    return status == 0
        && (causeOf(e, ConnectException.class).isPresent()
            || causeOf(e, UnknownHostException.class).isPresent()
            || causeOf(e, NoRouteToHostException.class).isPresent());
  }

  /** Whether sending the request again may help. */
  static boolean isTransient(SdkException e) {
    int status = status(e);
    return status == 0
        ? !(e instanceof AbortedException)
        : status >= 500
            || status == 408
            || status == 409
            || status == 429
            || code(e).equals("RequestTimeout");
  }

  /** The HTTP status of the service's answer, 0 if there was none. */
  static int status(SdkException e) {
    return e instanceof AwsServiceException service ? service.statusCode() : 0;
  }

  /** The service's code for what is wrong, empty if it gave none. */
  static String code(SdkException e) {
    if (e instanceof AwsServiceException service) {
      @Nullable AwsErrorDetails details = service.awsErrorDetails();
      if (details != null && details.errorCode() != null) {
        return details.errorCode();
      }
    }
    return "";
  }

  private String reason(SdkException e) {
    int status = status(e);
    if (status == 0) {
      return withoutAnswer(e);
    }
    String code = code(e);
    String requestId = ((AwsServiceException) e).requestId();
    StringBuilder answer = new StringBuilder("answer ").append(status);
    if (!code.isEmpty()) {
      answer.append(' ').append(code);
    }
    if (requestId != null) {
      answer.append(" (request ").append(requestId).append(')');
    }
    return answer.append(": ").append(advice(status, code, e)).toString();
  }

  private String advice(int status, String code, SdkException e) {
    return switch (code) {
      case "NoSuchBucket" ->
          "there is no bucket '" + settings.bucket() + "'; check its name and the endpoint";
      case "InvalidBucketName" ->
          "the service does not accept the bucket name '" + settings.bucket() + "'";
      case "InvalidAccessKeyId" -> "the service does not know the access key; check it";
      case "SignatureDoesNotMatch" ->
          "the signature is wrong; check the secret key, then the region and whether a proxy"
              + " changes requests";
      case "RequestTimeTooSkewed", "RequestExpired" ->
          "the clocks of this machine and of the service differ too much; set this machine's clock";
      case "AccessDenied", "AllAccessDisabled", "AccountProblem" ->
          "the access key has no right to do this in bucket '"
              + settings.bucket()
              + "', or its"
              + " quota is used up; check its policy (reading, writing, deleting and listing are"
              + " needed)";
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
          "the session token has expired or does not belong to the access key";
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          "the bucket is in another region" + bucketRegion(e) + "; check the region";
      case "XAmzContentSHA256Mismatch" ->
          "the service refuses the way in which the content is sent; set checksums to when_required"
              + " and give the endpoint";
      case "SlowDown", "ServiceUnavailable" -> "the service is overloaded";
      case "" -> withoutCode(status, e);
      default -> messageOf(e).orElse("the service says no more than that");
    };
  }

  private static Optional<String> messageOf(SdkException e) {
    return e instanceof AwsServiceException service
        ? Optional.ofNullable(service.awsErrorDetails())
            .map(AwsErrorDetails::errorMessage)
            .filter(message -> !message.isBlank())
        : Optional.empty();
  }

  private String withoutCode(int status, SdkException e) {
    if (status == 301) {
      return "the bucket is in another region" + bucketRegion(e) + "; check the region";
    }
    return "this is not how S3 answers; check that the endpoint is that of the S3 service and"
        + " whether it wants http or https";
  }

  private static String bucketRegion(SdkException e) {
    if (e instanceof AwsServiceException service
        && service.awsErrorDetails() != null
        && service.awsErrorDetails().sdkHttpResponse() != null) {
      return service
          .awsErrorDetails()
          .sdkHttpResponse()
          .firstMatchingHeader("x-amz-bucket-region")
          .map(region -> " (" + region + ")")
          .orElse("");
    }
    return "";
  }

  private String withoutAnswer(SdkException e) {
    String where =
        settings
            .endpoint()
            .map(endpoint -> "endpoint " + endpoint)
            .orElse("AWS, region " + settings.region().orElse("from the environment"));
    if (e instanceof ApiCallTimeoutException
        || e instanceof ApiCallAttemptTimeoutException
        || causeOf(e, SocketTimeoutException.class).isPresent()) {
      return "no answer in time from " + where + "; check the endpoint and the network";
    }
    if (causeOf(e, UnknownHostException.class).isPresent()) {
      return "the host of "
          + where
          + " is not known; check the endpoint"
          + (settings.addressing() == S3Settings.Addressing.VIRTUAL_HOST
              ? ", and use path style if buckets have no DNS names"
              : "");
    }
    if (causeOf(e, ConnectException.class).isPresent()
        || causeOf(e, NoRouteToHostException.class).isPresent()) {
      return "nothing answers at " + where + "; check host and port, and that the service runs";
    }
    if (causeOf(e, SSLException.class).isPresent()) {
      return "no TLS connection with "
          + where
          + " ("
          + rootMessage(e)
          + "); check whether it wants http, and that its certificate is trusted";
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("Unable to load credentials")) {
      return "no credentials: none are configured and the environment offers none";
    }
    return rootMessage(e) + " (" + where + ")";
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static <T extends Throwable> Optional<T> causeOf(Throwable e, Class<T> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
