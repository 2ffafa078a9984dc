package io.tempo4j.head;

import io.tempo4j.model.TraceId;
import io.tempo4j.testkit.HeavySpans;
import io.tempo4j.testkit.Spans;
import java.util.ArrayList;
import java.util.List;

/** Says what heads take of the heap, and what they say that they take; one line for each kind. */
final class HeadHeapChild {

  private static final int HEADS = 2000;
  private static final byte[] ONE_SPAN =
      Spans.request(Spans.span(new TraceId(1, 1), 1, 0)).toByteArray();

  private HeadHeapChild() {}

  public static void main(String[] arguments) throws Exception {
    for (HeavySpans kind : HeavySpans.values()) {
      fill(new Head("warm-up", 1000), kind, 2_000_000);
    }
    many("EMPTY", new byte[0]);
    many("ONE_SPAN", ONE_SPAN);
    for (HeavySpans kind : HeavySpans.values()) {
      one(kind);
    }
  }

  private static void many(String name, byte[] request) throws Exception {
    long before = used();
    List<Head> heads = new ArrayList<>(HEADS);
    for (int i = 0; i < HEADS; i++) {
      Head head = new Head("head", 1000);
      head.append(request, 0, request.length);
      heads.add(head);
    }
    long said = heads.stream().mapToLong(Head::heapBytes).sum();
    System.out.printf("%s %d %d %d%n", name, used() - before, said, heads.size());
  }

  private static void one(HeavySpans kind) throws Exception {
    long before = used();
    Head head = new Head("head", 1000);
    long sent = fill(head, kind, 12_000_000);
    System.out.printf("%s %d %d %d%n", kind, used() - before, head.heapBytes(), sent);
  }

  private static long fill(Head head, HeavySpans kind, long bytes) throws Exception {
    return kind.send(bytes, request -> head.append(request, 0, request.length));
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
