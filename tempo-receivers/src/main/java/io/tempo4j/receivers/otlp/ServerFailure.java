package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.server.RequestTimeoutException;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Failures outside the services' own code. */
final class ServerFailure {

  private static final Logger LOG = System.getLogger(ServerFailure.class.getName());

  private ServerFailure() {}

  static RequestRefusedException of(Throwable cause) {
    if (cause instanceof RequestTimeoutException) {
      return new RequestRefusedException(
          RequestOutcome.UNAVAILABLE,
          "the request was not complete and durable in time",
          Duration.ofSeconds(1));
    }
    LOG.log(Level.ERROR, "an OTLP request failed", cause);
    return new RequestRefusedException(
        RequestOutcome.INTERNAL, "internal error, see the server's log");
  }
}
