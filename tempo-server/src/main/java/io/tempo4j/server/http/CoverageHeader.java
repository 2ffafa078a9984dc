package io.tempo4j.server.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.query.Coverage;

/**
 * The header of answers that lack something, which names the blocks that could not be read. Clients
 * refuse bodies with fields that they do not know; no client refuses a header. An answer in pieces
 * has it among its trailers, since what is missing is known at the end.
 */
public final class CoverageHeader {

  private static final String NAME = "x-tempo4j-partial";

  private CoverageHeader() {}

  /** Puts the header on the answer, unless nothing is missing. */
  static void note(ServiceRequestContext context, Coverage coverage) {
    if (!coverage.isComplete()) {
      context.setAdditionalResponseHeader(NAME, coverage.explanation());
    }
  }

  /** Puts the header among the trailers of the answer, unless nothing is missing. */
  public static void noteAtTheEnd(ServiceRequestContext context, Coverage coverage) {
    if (!coverage.isComplete()) {
      context.mutateAdditionalResponseTrailers(
          trailers -> trailers.set(NAME, coverage.explanation()));
    }
  }
}
