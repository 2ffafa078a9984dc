package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.storage.DiskCache;
import io.tempo4j.storage.DistantObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.Shop;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many requests queries send to a bucket when nothing is in any cache. */
abstract class ColdReadsOnS3Contract {

  private static final TenantId TENANT = new TenantId("shop");
  private static final int TRACES = 300;

  @TempDir Path folder;

  /** Settings of a bucket and a prefix below which there is nothing yet. */
  abstract S3Settings settings();

  /** How many blocks there are. */
  int blocks() {
    return 3;
  }

  /** How many traces each of them has. */
  int traces() {
    return TRACES;
  }

  /** A query, and the most requests that it may send. */
  private record Cold(String name, Query query, int mostRequests) {}

  @FunctionalInterface
  private interface Query {
    void run(TraceStore store) throws IOException;
  }

  private List<Cold> queries() {
    int last = blocks() * traces() - 1;
    long end = Spans.START + (last + 1) * 1_000_000L + 1_000_000_000L;
    int failed = (last - 5) / 33 + 1;
    return List.of(
        new Cold(
            "trace by id",
            store ->
                assertThat(store.findTrace(TENANT, Shop.traceId(last / 2)).spanCount())
                    .isEqualTo(Shop.SPANS),
            2),
        new Cold(
            "needle",
            store ->
                assertThat(
                        search(
                            store, "{ span.session.id = \"" + Shop.session(last / 2) + "\" }", end))
                    .isEqualTo(1),
            2),
        new Cold(
            "{ status = error }, all",
            store -> assertThat(search(store, "{ status = error }", end)).isEqualTo(failed),
            2 * blocks()),
        new Cold(
            "{ } | rate() by (resource.service.name)",
            store ->
                assertThat(
                        store
                            .metrics(
                                TENANT,
                                MetricsRequest.instant(
                                    "{ } | rate() by (resource.service.name)",
                                    Spans.START - 1,
                                    end))
                            .series())
                    .hasSize(12),
            2 * blocks()));
  }

  private static int search(TraceStore store, String query, long end) throws IOException {
    return store.search(TENANT, new SearchRequest(query, 0, end, 100_000, 100_000)).traces().size();
  }

  private TraceStore open(ObjectStore objects) throws IOException {
    return TraceStore.builder().blocks(objects).withoutWal().open();
  }

  @Test
  void coldQueriesSendFewRequestsAndNoneAfterARestartWithADiskCache() throws IOException {
    S3Settings settings = settings();
    try (TraceStore store = open(S3ObjectStore.open(settings))) {
      for (int block = 0; block < blocks(); block++) {
        for (int trace = 0; trace < traces(); trace += 50) {
          int first = block * traces() + trace;
          store.append(TENANT, Shop.request(first, first + 50));
        }
        store.flush();
      }
    }
    try (ObjectStore bucket = S3ObjectStore.open(settings)) {
      DistantObjectStore counted = new DistantObjectStore(bucket, bucket.readPolicy());
      for (Cold cold : queries()) {
        counted.takeRequests();
        try (TraceStore store = open(counted)) {
          assertThat(counted.takeRequests()).as("start").hasSize(2 + 2 * blocks());
          assertThat(measured(cold, store, counted, "cold"))
              .as(cold.name)
              .isLessThanOrEqualTo(cold.mostRequests);
        }
      }
      for (int restart = 0; restart < 2; restart++) {
        for (Cold cold : queries()) {
          ObjectStore cached =
              DiskCache.open(counted, folder, 1 << 30, key -> !key.endsWith("/meta.json"));
          counted.takeRequests();
          try (TraceStore store = open(cached)) {
            if (restart > 0) {
              assertThat(counted.takeRequests()).as("start").hasSize(2 + blocks());
            }
            int requests = measured(cold, store, counted, "disk cache, start " + restart);
            if (restart > 0) {
              assertThat(requests).as(cold.name).isZero();
            }
          }
        }
      }
    }
  }

  private static int measured(Cold cold, TraceStore store, DistantObjectStore counted, String how)
      throws IOException {
    counted.takeRequests();
    long begin = System.nanoTime();
    cold.query.run(store);
    long millis = (System.nanoTime() - begin) / 1_000_000;
    int requests = counted.takeRequests().size();
    System.out.printf("%s, %s: %d requests, %d ms%n", cold.name, how, requests, millis);
    return requests;
  }
}
