package io.tempo4j.server.api;

import io.tempo4j.server.config.TempoConfig.Queries;
import java.nio.charset.StandardCharsets;

/** How long a TraceQL query may be. */
public final class ExpressionLength {

  private ExpressionLength() {}

  /**
   * Checks the length of a query before it is parsed.
   *
   * @throws BadRequestException if it is too long
   */
  public static void check(String query, Queries bounds) throws BadRequestException {
    int queryBytes = query.getBytes(StandardCharsets.UTF_8).length;
    if (queryBytes > bounds.maxExpressionBytes()) {
      throw new BadRequestException(
          "TraceQL expression of "
              + queryBytes
              + " bytes exceeds the maximum of "
              + bounds.maxExpressionBytes()
              + " bytes");
    }
  }
}
