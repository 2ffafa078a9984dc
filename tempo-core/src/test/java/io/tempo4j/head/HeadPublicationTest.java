package io.tempo4j.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.model.TraceId;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a head shows what it decoded, and that it never shows what the log refused. */
class HeadPublicationTest {

  private final Head head = new Head("test", 1000);

  private static byte[] request(long... ids) {
    List<Span> spans = new ArrayList<>();
    for (long id : ids) {
      spans.add(
          Spans.span(new TraceId(id % 3, id), id, 0)
              .addAttributes(Spans.text("key-" + id, "value-" + id))
              .addEvents(Span.Event.newBuilder().setName("event-" + id))
              .build());
    }
    return Spans.request("service-" + ids[0], spans).toByteArray();
  }

  private void append(byte[] request, Head.Logging<IOException> log) throws IOException {
    head.append(request, 0, request.length, log);
  }

  private Set<Long> visible() throws IOException {
    Set<Long> ids = new TreeSet<>();
    int spans = 0;
    SpanSource view = head.view();
    for (RowGroup group : view.rowGroups()) {
      LongColumn column = (LongColumn) group.table(Table.SPAN).read(Fields.SPAN_ID);
      assertThat(column).isNotNull();
      for (int row = 0; row < column.size(); row++) {
        ids.add(column.values()[row]);
      }
      assertThat(group.table(Table.EVENT).rowCount()).isEqualTo(column.size());
      spans += column.size();
    }
    assertThat(ids).hasSize(spans);
    return ids;
  }

  @Test
  void spansAreVisibleOnceTheyAreLogged() throws Exception {
    append(
        request(1, 2),
        () -> {
          assertThat(visible()).isEmpty();
          assertThat(head.spanCount()).isZero();
        });
    assertThat(visible()).containsExactly(1L, 2L);
  }

  @Test
  void nothingStaysOfWhatTheLogRefused() throws Exception {
    append(request(1), () -> {});
    long bytes = 0;
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() ->
              append(
                  request(2),
                  () -> {
                    throw new IOException("No space left on device");
                  }))
          .hasMessage("No space left on device");
      // The keys of attributes stay, once.
      assertThat(head.heapBytes()).isEqualTo(attempt == 0 ? head.heapBytes() : bytes);
      bytes = head.heapBytes();
      assertThat(visible()).containsExactly(1L);
      assertThat(head.view().maxEndNanos()).isEqualTo(Spans.START + 1_000_000);
    }
    append(request(2), () -> {});
    assertThat(visible()).containsExactly(1L, 2L);
  }

  @Test
  void aRefusalTakesNothingAwayFromRequestsThatWereDecodedMeanwhile() throws Exception {
    CountDownLatch decoded = new CountDownLatch(1);
    CountDownLatch othersAreLogged = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Future<?> refused =
          threads.submit(() -> {
            append(
                request(1, 2),
                () -> {
                  decoded.countDown();
                  awaitQuietly(othersAreLogged);
                  throw new IOException("No space left on device");
                });
            return null;
          });
      awaitQuietly(decoded);
      List<Future<?>> others = new ArrayList<>();
      for (long id = 3; id <= 4; id++) {
        byte[] request = request(id);
        others.add(
            threads.submit(() -> {
              append(
                  request,
                  () -> {
                    assertThat(visible()).isEmpty();
                    othersAreLogged.countDown();
                  });
              return null;
            }));
      }
      for (Future<?> other : others) {
        other.get(30, TimeUnit.SECONDS);
      }
      assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS))
          .hasRootCauseMessage("No space left on device");
    }
    assertThat(visible()).containsExactly(3L, 4L);
    append(request(1, 2), () -> {});
    assertThat(visible()).containsExactly(1L, 2L, 3L, 4L);
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whateverTheOrderReadersSeeWhatWasAcceptedAndNothingThatWasRefused() throws Exception {
    long seed = Long.getLong("tempo4j.seed", System.nanoTime());
    System.out.println("HeadPublicationTest seed=" + seed + " (-Dtempo4j.seed=" + seed + ")");
    int threadCount = 6;
    int each = 60;
    Set<Long> accepted = new ConcurrentSkipListSet<>();
    Set<Long> refused = new ConcurrentSkipListSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < threadCount; thread++) {
        Random random = new Random(seed + thread);
        long first = 1 + (long) thread * each;
        done.add(
            threads.submit(() -> {
              for (long id = first; id < first + each; id++) {
                boolean isRefused = random.nextInt(3) == 0;
                int pauses = random.nextInt(3);
                try {
                  append(
                      request(id),
                      () -> {
                        for (int i = 0; i < pauses; i++) {
                          Thread.yield();
                        }
                        if (isRefused) {
                          throw new IOException("refused");
                        }
                      });
                  accepted.add(id);
                } catch (IOException e) {
                  refused.add(id);
                }
                if (id % 20 == 0) {
                  Set<Long> before = new TreeSet<>(accepted);
                  Set<Long> seen = visible();
                  assertThat(seen).containsAll(before);
                  assertThat(seen).doesNotContainAnyElementsOf(refused);
                }
              }
              return null;
            }));
      }
      for (Future<?> one : done) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(refused).isNotEmpty();
    assertThat(visible()).isEqualTo(new TreeSet<>(accepted));
    assertThat(head.spanCount()).isEqualTo(accepted.size());
    Head like = new Head("like", 1000);
    for (long id : accepted) {
      byte[] request = request(id);
      like.append(request, 0, request.length);
    }
    assertThat(head.view().rowGroups().size()).isEqualTo(like.view().rowGroups().size());
  }
}
