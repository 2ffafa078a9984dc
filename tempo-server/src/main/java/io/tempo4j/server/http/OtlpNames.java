package io.tempo4j.server.http;

/**
 * The names of OTLP's enumerated values.
 *
 * <p>Source: opentelemetry/proto/trace/v1/trace.proto.
 */
final class OtlpNames {

  private static final String[] KINDS = {
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER"
  };
  private static final String[] CODES = {
    "STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"
  };

  private OtlpNames() {}

  /** The name of a span kind; empty for a number that has none. */
  static String kind(long number) {
    return name(number, KINDS);
  }

  /** The name of a status code; empty for a number that has none. */
  static String status(long number) {
    return name(number, CODES);
  }

  private static String name(long number, String[] names) {
    return number >= 0 && number < names.length ? names[(int) number] : "";
  }
}
