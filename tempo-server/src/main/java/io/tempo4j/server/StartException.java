package io.tempo4j.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The server could not start; the message says what to change. Nothing of it runs any more. */
public final class StartException extends IOException {

  private static final long serialVersionUID = 1L;

  StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
