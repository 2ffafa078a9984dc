package io.tempo4j.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;

/** Counts the requests of an object store, their bytes and how long they take. Owns the store. */
final class MeasuredStore extends ForwardingObjectStore {

  private final Histogram seconds;
  private final Counter bytes;

  MeasuredStore(ObjectStore store, PrometheusRegistry registry) {
    super(store);
    seconds =
        Histogram.builder()
            .name("tempodb_backend_request_duration_seconds")
            .help("How long the object store took for a request.")
            .labelNames("operation", "status_code")
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .register(registry);
    bytes =
        Counter.builder()
            .name("tempodb_backend_bytes_total")
            .help("Bytes that were read from the object store or stored there.")
            .labelNames("operation")
            .register(registry);
  }

  /** A request. */
  @FunctionalInterface
  private interface Request<T> {
    T send() throws IOException;
  }

  private <T> T measured(String operation, Request<T> request) throws IOException {
    long begin = System.nanoTime();
    String status = "500";
    try {
      T result = request.send();
      status = "200";
      return result;
    } catch (NoSuchObjectException e) {
      status = "404";
      throw e;
    } finally {
      seconds.labelValues(operation, status).observe((System.nanoTime() - begin) / 1e9);
    }
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    measured(
        "PUT",
        () -> {
          store.put(key, body);
          bytes.labelValues("PUT").inc(body.length());
          return body;
        });
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    measured(
        "PUT",
        () -> {
          store.putIfAbsent(key, body);
          bytes.labelValues("PUT").inc(body.length());
          return body;
        });
  }

  @Override
  public byte[] get(String key) throws IOException {
    byte[] content = measured("GET", () -> store.get(key));
    bytes.labelValues("GET").inc(content.length);
    return content;
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    measured(
        "GET",
        () -> {
          store.read(key, offset, target, targetOffset, length);
          return target;
        });
    bytes.labelValues("GET").inc(length);
  }

  @Override
  public long size(String key) throws IOException {
    return measured("HEAD", () -> store.size(key));
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    return measured("LIST", () -> store.list(request));
  }

  @Override
  public void delete(String key) throws IOException {
    measured(
        "DELETE",
        () -> {
          store.delete(key);
          return key;
        });
  }
}
