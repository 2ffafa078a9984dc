package io.tempo4j.server.api;

/**
 * A time range, either end of which may be open.
 *
 * @param startNanos Unix nanoseconds; inclusive
 * @param endNanos Unix nanoseconds; inclusive; {@link Long#MAX_VALUE} for no bound
 */
public record TimeRange(long startNanos, long endNanos) {

  private static final long SECOND = 1_000_000_000L;

  /**
   * A range of whole Unix seconds, which must fit in nanoseconds.
   *
   * @param end 0 for no bound
   * @throws BadRequestException if it is empty
   */
  public static TimeRange ofSeconds(long start, long end) throws BadRequestException {
    return of(start * SECOND, end * SECOND, "start=" + start + " end=" + end);
  }

  /**
   * A range of Unix nanoseconds.
   *
   * @param end 0 for no bound
   * @param received both ends as the client wrote them
   * @throws BadRequestException if it is empty
   */
  public static TimeRange of(long start, long end, String received) throws BadRequestException {
    if (end != 0 && start >= end) {
      throw new BadRequestException(
          "http parameter start must be before end. received " + received);
    }
    return new TimeRange(start, end == 0 ? Long.MAX_VALUE : end);
  }
}
