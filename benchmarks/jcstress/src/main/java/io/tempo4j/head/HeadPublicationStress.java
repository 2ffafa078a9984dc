package io.tempo4j.head;

import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import io.tempo4j.otlp.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * What is appended to a head is seen request by request, with all values. Readers add durations up:
 * 1 for the request with one span, 20 for the one with two.
 */
public final class HeadPublicationStress {

  private static final byte[] SMALL = request(1, 1);
  private static final byte[] LARGE = request(2, 10);

  private HeadPublicationStress() {}

  /** A reader beside an append. */
  @JCStressTest
  @Outcome(
      id = {"1, 21", "21, 21"},
      expect = Expect.ACCEPTABLE,
      desc = "whole requests")
  @Outcome(expect = Expect.FORBIDDEN, desc = "half of a request, or a lost one")
  @State
  public static class Reading {
    private final Head head = new Head("stress", 1024);

    /** A head with one span. */
    public Reading() {
      append(head, SMALL);
    }

    /** Appends two spans. */
    @Actor
    public void large() {
      append(head, LARGE);
    }

    /** Reads. */
    @Actor
    public void read(JJ_Result result) {
      result.r1 = durations(head);
    }

    /** What there is in the end. */
    @Arbiter
    public void all(JJ_Result result) {
      result.r2 = durations(head);
    }
  }

  /** Two appends beside each other. */
  @JCStressTest
  @Outcome(id = "21", expect = Expect.ACCEPTABLE, desc = "both requests")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a lost request")
  @State
  public static class Appending {
    private final Head head = new Head("stress", 1024);

    /** Appends one span. */
    @Actor
    public void small() {
      append(head, SMALL);
    }

    /** Appends two spans. */
    @Actor
    public void large() {
      append(head, LARGE);
    }

    /** What there is in the end. */
    @Arbiter
    public void all(J_Result result) {
      result.r1 = durations(head);
    }
  }

  private static void append(Head head, byte[] request) {
    try {
      head.append(request, 0, request.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long durations(Head head) {
    try {
      return sum(head);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long sum(Head head) throws IOException {
    long sum = 0;
    if (head.spanCount() > 0) {
      for (RowGroup group : head.view().rowGroups()) {
        if (group.table(Table.SPAN).read(Fields.SPAN_DURATION) instanceof LongColumn durations) {
          for (int i = 0; i < durations.size(); i++) {
            sum += durations.values()[i];
          }
        }
      }
    }
    return sum;
  }

  private static byte[] request(int spans, long duration) {
    WireWriter out = new WireWriter(256);
    int resourceSpans = out.begin(1);
    int scopeSpans = out.begin(2);
    for (int i = 1; i <= spans; i++) {
      int span = out.begin(2);
      out.id128(1, 7, spans);
      out.id64(2, i);
      out.string(5, "span");
      out.fixed64(7, 1000 * i);
      out.fixed64(8, 1000 * i + duration);
      out.end(span);
    }
    out.end(scopeSpans);
    out.end(resourceSpans);
    return out.toByteArray();
  }
}
