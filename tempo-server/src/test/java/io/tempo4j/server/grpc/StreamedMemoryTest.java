package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streamed searches that need more memory than there is for all of them. */
@Timeout(60)
class StreamedMemoryTest {

  private static final SearchRequest ALL = SearchRequest.newBuilder().setQuery("{}").build();
  private static final TraceMatch TRACE =
      new TraceMatch(new TraceId(0, 1), "shop", "GET /", true, 1_000, 3, List.of(), Map.of());

  private final GrpcServer server = GrpcServer.start("querier: {max_concurrent_queries: 3}");
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(ListCursor.Results results) {
    server.backend.cursor.set((request, context) -> {
      begun.incrementAndGet();
      return new ListCursor(context, results);
    });
  }

  private CompletableFuture<Integer> tracesOfSearch() {
    return CompletableFuture.supplyAsync(
        () -> {
          List<SearchResponse> messages = new ArrayList<>();
          server.client().search(ALL).forEachRemaining(messages::add);
          return messages.stream().mapToInt(SearchResponse::getTracesCount).sum();
        },
        task -> Thread.ofVirtual().start(task));
  }

  private static void takeMost(QueryContext context) {
    context.memory().take(context.memory().limitBytes() * 3 / 4);
  }

  private void waitToGoOn() {
    try {
      assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatFindsNoRoomBeginsAgain() {
    AtomicInteger holding = new AtomicInteger();
    answer((index, context) -> {
      if (index > 0) {
        return Optional.empty();
      }
      takeMost(context);
      if (holding.incrementAndGet() == 1) {
        waitToGoOn();
      }
      return Optional.of(TRACE);
    });
    CompletableFuture<Integer> first = tracesOfSearch();
    await().until(() -> holding.get() == 1);
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      others.add(tracesOfSearch());
    }
    // More than there are threads: all but one of them have left theirs.
    await().until(() -> begun.get() == 6);
    assertThat(others).noneMatch(CompletableFuture::isDone);
    goOn.countDown();

    assertThat(first.join()).isEqualTo(1);
    assertThat(others).allSatisfy(search -> assertThat(search.join()).isEqualTo(1));
    assertThat(begun.get()).as("one waited, four began again").isEqualTo(10);
  }

  @Test
  void oneThatHasSentSomethingIsRefusedIfAnotherWaits() {
    CountDownLatch isSent = new CountDownLatch(1);
    AtomicInteger holding = new AtomicInteger();
    answer((index, context) -> {
      switch (index) {
        case 0 -> {
          return Optional.of(TRACE);
        }
        case 1 -> {
          takeMost(context);
          if (holding.incrementAndGet() == 1) {
            waitToGoOn();
          }
          return Optional.empty();
        }
        default -> throw new AssertionError(index);
      }
    });
    CompletableFuture<Integer> first = tracesOfSearch();
    await().until(() -> holding.get() == 1);
    CompletableFuture<Integer> second = tracesOfSearch();
    await().until(() -> begun.get() == 2);
    answer((index, context) -> {
      if (index == 0) {
        return Optional.of(TRACE);
      }
      try {
        assertThat(isSent.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      takeMost(context);
      return Optional.empty();
    });
    Iterator<SearchResponse> third = server.client().search(ALL);
    while (third.next().getTracesCount() == 0) {
      // what says how far the search is
    }
    isSent.countDown();
    assertThatThrownBy(() -> third.forEachRemaining(message -> {}))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .hasMessageContaining("TEMPO_HEAP");
    goOn.countDown();
    assertThat(first.join() + second.join()).isEqualTo(2);
  }
}
