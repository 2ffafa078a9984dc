package io.tempo4j.benchmarks;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * OTLP requests to measure with: the user's own from a file, or made up.
 *
 * <p>A file holds requests one behind the other, each as a big-endian 32-bit length and an {@code
 * ExportTraceServiceRequest}, as the file exporter of the OpenTelemetry Collector writes them in
 * its format {@code proto}. All of it is kept in memory.
 *
 * @param requests the encoded requests
 * @param bytes their size together
 */
public record Workload(List<byte[]> requests, long bytes) {

  private static final int REQUESTS = 160;
  private static final int SPANS_PER_REQUEST = 500;
  private static final int SERVICES = 24;

  /** The requests of {@code file}, or 80,000 spans made up from a fixed seed if it is empty. */
  public static Workload of(String file) throws IOException {
    List<byte[]> requests = file.isEmpty() ? generated() : read(Path.of(file));
    return new Workload(requests, requests.stream().mapToLong(request -> request.length).sum());
  }

  private static List<byte[]> read(Path file) throws IOException {
    List<byte[]> requests = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
      long left = Files.size(file);
      while (left > 0) {
        long length = left < 4 ? 4 : in.readInt() & 0xffff_ffffL;
        left -= 4;
        if (length > Math.min(left, Integer.MAX_VALUE)) {
          throw new IOException(
              file + ": a request of " + length + " bytes, " + Math.max(0, left) + " are left");
        }
        requests.add(in.readNBytes((int) length));
        left -= length;
      }
    }
    return requests;
  }

  /** So many requests of one span each, made up from a fixed seed. */
  static List<byte[]> ofOneSpan(int count) {
    Random random = new Random(7);
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long start = 1_790_000_000_000_000_000L + i * 1_000_000L;
      Span span = span(random, bytes(random, 16), bytes(random, 8), ByteString.EMPTY, start);
      requests.add(request(List.of(List.of(span))).toByteArray());
    }
    return requests;
  }

  private static List<byte[]> generated() {
    Random random = new Random(7);
    List<byte[]> requests = new ArrayList<>();
    long now = 1_790_000_000_000_000_000L;
    ByteString trace = bytes(random, 16);
    ByteString parent = ByteString.EMPTY;
    for (int i = 0; i < REQUESTS; i++) {
      List<List<Span>> byService = new ArrayList<>();
      for (int service = 0; service < SERVICES; service++) {
        byService.add(new ArrayList<>());
      }
      for (int j = 0; j < SPANS_PER_REQUEST; j++) {
        if (random.nextInt(13) == 0) {
          trace = bytes(random, 16);
          parent = ByteString.EMPTY;
        }
        ByteString id = bytes(random, 8);
        now += random.nextInt(400_000);
        byService.get(random.nextInt(SERVICES)).add(span(random, trace, id, parent, now));
        parent = random.nextInt(3) == 0 ? parent : id;
      }
      requests.add(request(byService).toByteArray());
    }
    return requests;
  }

  private static Span span(
      Random random, ByteString trace, ByteString id, ByteString parent, long start) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(trace)
            .setSpanId(id)
            .setParentSpanId(parent)
            .setFlags(257)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + (long) (1e6 * Math.exp(2 + random.nextGaussian())));
    boolean failed = random.nextInt(50) == 0;
    if (random.nextBoolean()) {
      String route = "/api/resource-" + random.nextInt(12) + "/{id}";
      span.setName("GET " + route)
          .setKind(Span.SpanKind.SPAN_KIND_SERVER)
          .addAttributes(text("http.request.method", "GET"))
          .addAttributes(text("http.route", route))
          .addAttributes(text("url.path", route.replace("{id}", "" + random.nextInt(50_000))))
          .addAttributes(number("http.response.status_code", failed ? 500 : 200))
          .addAttributes(number("server.port", 8080))
          .addAttributes(text("client.address", "10.0.1." + random.nextInt(255)))
          .addAttributes(number("thread.id", random.nextInt(200)))
          .addAttributes(text("user.id", "user-" + random.nextInt(200_000)));
    } else {
      String table = "table_" + random.nextInt(8);
      span.setName("SELECT shop." + table)
          .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
          .addAttributes(text("db.system", random.nextBoolean() ? "postgresql" : "redis"))
          .addAttributes(text("db.name", "shop"))
          .addAttributes(
              text(
                  "db.statement",
                  "SELECT * FROM " + table + " WHERE id = " + random.nextInt(1_000_000)))
          .addAttributes(number("db.response.returned_rows", random.nextInt(100)))
          .addAttributes(number("thread.id", random.nextInt(200)));
    }
    if (failed) {
      span.setStatus(
          Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("failed"));
      span.addEvents(
          Span.Event.newBuilder()
              .setName("exception")
              .setTimeUnixNano(start + 1000)
              .addAttributes(text("exception.type", "java.io.IOException")));
    }
    return span.build();
  }

  private static ExportTraceServiceRequest request(List<List<Span>> byService) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int service = 0; service < byService.size(); service++) {
      Resource.Builder resource =
          Resource.newBuilder().addAttributes(text("service.name", "service-" + service));
      for (int i = 0; i < 20; i++) {
        resource.addAttributes(text("resource.key." + i, "value of " + service + " for " + i));
      }
      request.addResourceSpans(
          ResourceSpans.newBuilder()
              .setResource(resource)
              .addScopeSpans(
                  ScopeSpans.newBuilder()
                      .setScope(InstrumentationScope.newBuilder().setName("shop"))
                      .addAllSpans(byService.get(service))));
    }
    return request.build();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private static ByteString bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
