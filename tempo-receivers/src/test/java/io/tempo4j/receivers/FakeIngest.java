package io.tempo4j.receivers;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.engine.SpanIngest;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it was given; decides by a replaceable reaction what becomes of it. */
public final class FakeIngest implements SpanIngest {

  /** What was given in one call. */
  public record Received(TenantId tenant, byte[] bytes, ExportTraceServiceRequest request) {}

  /** Decides what becomes of a request. */
  @FunctionalInterface
  public interface Reaction {
    AppendResult react(ExportTraceServiceRequest request) throws IOException;
  }

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile Reaction reaction = FakeIngest::acceptAll;

  @Override
  public AppendResult append(TenantId tenant, byte[] buffer, int offset, int length)
      throws IOException {
    byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + length);
    ExportTraceServiceRequest request;
    try {
      request = ExportTraceServiceRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedOtlpException(String.valueOf(e.getMessage()), 0);
    }
    AppendResult result = reaction.react(request);
    received.add(new Received(tenant, bytes, request));
    return result;
  }

  /** Takes every span. */
  public static AppendResult acceptAll(ExportTraceServiceRequest request) {
    return new AppendResult(spanCount(request), Map.of(), "");
  }

  /** Spans in the request. */
  public static int spanCount(ExportTraceServiceRequest request) {
    return request.getResourceSpansList().stream()
        .flatMap(r -> r.getScopeSpansList().stream())
        .mapToInt(s -> s.getSpansCount())
        .sum();
  }

  /** Reacts so from now on. */
  public void react(Reaction next) {
    reaction = next;
  }

  /** Forgets everything, and takes every span again. */
  public void reset() {
    received.clear();
    reaction = FakeIngest::acceptAll;
  }

  /** What came, in order of completion. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** The one request that came. */
  public Received only() {
    if (received.size() != 1) {
      throw new AssertionError("expected one request, got " + received.size());
    }
    return received.get(0);
  }
}
