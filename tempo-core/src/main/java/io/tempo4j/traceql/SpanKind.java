package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/** The kind of a span, a bare word in the language. */
public enum SpanKind {
  /** No kind was set. */
  UNSPECIFIED("unspecified", 0),
  /** Work inside a process. */
  INTERNAL("internal", 1),
  /** The answering side of a remote call. */
  SERVER("server", 2),
  /** The asking side of a remote call. */
  CLIENT("client", 3),
  /** The sending of a message. */
  PRODUCER("producer", 4),
  /** The receipt of a message. */
  CONSUMER("consumer", 5);

  private final String word;
  private final int otlpCode;

  SpanKind(String word, int otlpCode) {
    this.word = word;
    this.otlpCode = otlpCode;
  }

  /** How the kind is written in a query. */
  public String word() {
    return word;
  }

  /** The number of this kind in OTLP. */
  public int otlpCode() {
    return otlpCode;
  }

  static @Nullable SpanKind ofWord(String word) {
    for (SpanKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
