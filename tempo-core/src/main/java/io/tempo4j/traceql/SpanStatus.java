package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/** The status of a span, a bare word in the language. */
public enum SpanStatus {
  /** No status was set. */
  UNSET("unset", 0),
  /** The operation was declared successful. */
  OK("ok", 1),
  /** The operation failed. */
  ERROR("error", 2);

  private final String word;
  private final int otlpCode;

  SpanStatus(String word, int otlpCode) {
    this.word = word;
    this.otlpCode = otlpCode;
  }

  /** How the status is written in a query. */
  public String word() {
    return word;
  }

  /** The number of this status in OTLP. */
  public int otlpCode() {
    return otlpCode;
  }

  static @Nullable SpanStatus ofWord(String word) {
    for (SpanStatus status : values()) {
      if (status.word.equals(word)) {
        return status;
      }
    }
    return null;
  }
}
