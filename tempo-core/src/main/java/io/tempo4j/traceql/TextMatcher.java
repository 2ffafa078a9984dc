package io.tempo4j.traceql;

/** Decides whether a whole text matches. */
@FunctionalInterface
interface TextMatcher {

  /** True if the whole of the {@code length} bytes of UTF-8 from {@code offset} on matches. */
  boolean matches(byte[] utf8, int offset, int length);
}
