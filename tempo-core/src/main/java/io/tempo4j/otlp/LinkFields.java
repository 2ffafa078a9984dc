package io.tempo4j.otlp;

/**
 * The scalar fields of the link that is being decoded; the same rules as for {@link SpanFields}.
 */
@SuppressWarnings("PublicField") // a struct that is filled and read once per link on the hot path
public final class LinkFields {
  /** Both halves are 0 if the link has no trace id. */
  public long traceIdHigh;

  public long traceIdLow;

  /** 0 if the link has no span id. */
  public long spanId;

  public int flags;
  public int traceStateOffset;
  public int traceStateLength;
  public long droppedAttributes;

  void clear() {
    traceIdHigh = 0;
    traceIdLow = 0;
    spanId = 0;
    flags = 0;
    traceStateOffset = 0;
    traceStateLength = 0;
    droppedAttributes = 0;
  }
}
