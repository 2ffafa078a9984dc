package io.tempo4j.testkit;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests that cost more memory than they look like: what attacks and careless senders send. */
public enum HeavySpans {
  /** Spans as a shop sends them. */
  PLAIN,
  /** Values of 4 KB to 1 MB each, all different. */
  LONG_VALUES,
  /** One trace whose spans have a value of 900 bytes, all different. */
  ONE_TRACE,
  /** One trace of small spans, 200,000 of them in 14 MB. */
  HUGE_TRACE,
  /** Twenty attribute keys on each span that no span had before. */
  NEW_KEYS,
  /** A resource of its own for each request, with a value of 64 KB. */
  LONG_RESOURCES;

  /** Takes one request. */
  @FunctionalInterface
  public interface Sender {
    void send(byte[] request) throws IOException;
  }

  /** Sends requests of at least {@code bytes} together; returns the bytes that were sent. */
  public long send(long bytes, Sender to) throws IOException {
    Random random = new Random(7);
    long sent = 0;
    for (int request = 0; sent < bytes; request++) {
      List<Span> spans = new ArrayList<>();
      int count = this == LONG_VALUES || this == LONG_RESOURCES ? 4 : 500;
      for (int i = 0; i < count; i++) {
        spans.add(span(500 * request + i + 1, random));
      }
      String service =
          this == LONG_RESOURCES ? text(random, 64 << 10) : "service-" + random.nextInt(10);
      byte[] encoded = Spans.request(service, spans).toByteArray();
      sent += encoded.length;
      to.send(encoded);
    }
    return sent;
  }

  private Span span(int number, Random random) {
    TraceId trace = new TraceId(1, this == ONE_TRACE || this == HUGE_TRACE ? 1 : number / 10 + 1);
    Span.Builder span = Spans.span(trace, number, 0).setName("GET /" + number % 30);
    switch (this) {
      case PLAIN, LONG_RESOURCES -> {
        for (int i = 0; i < 8; i++) {
          span.addAttributes(Spans.text("http.key." + i, "value " + random.nextInt(50)));
        }
        span.addAttributes(Spans.text("user.id", "user-" + random.nextInt(100_000)));
      }
      case HUGE_TRACE -> {}
      case LONG_VALUES ->
          span.addAttributes(Spans.text("prompt", text(random, 4096 << random.nextInt(9))));
      case ONE_TRACE -> span.addAttributes(Spans.text("db.statement", text(random, 900)));
      case NEW_KEYS -> {
        for (int i = 0; i < 20; i++) {
          span.addAttributes(Spans.text("key." + number + "." + i, "v" + i));
        }
      }
    }
    return span.build();
  }

  /** Text that no compressor makes much smaller. */
  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    while (text.length() < length) {
      text.append(Long.toString(random.nextLong() >>> 1, 36)).append(' ');
    }
    text.setLength(length);
    return text.toString();
  }
}
