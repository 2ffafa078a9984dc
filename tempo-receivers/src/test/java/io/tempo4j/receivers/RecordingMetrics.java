package io.tempo4j.receivers;

import io.tempo4j.engine.AppendResult;
import io.tempo4j.model.TenantId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every count. */
public final class RecordingMetrics implements ReceiverMetrics {

  /** One request. */
  public record Request(ReceiverTransport transport, RequestOutcome outcome, long wireBytes) {}

  /** The spans of one message. */
  public record Spans(
      ReceiverTransport transport, TenantId tenant, int accepted, int refused, long bytes) {}

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Spans> spans = new CopyOnWriteArrayList<>();

  @Override
  public void request(ReceiverTransport transport, RequestOutcome outcome, long wireBytes) {
    requests.add(new Request(transport, outcome, wireBytes));
  }

  @Override
  public void taken(
      ReceiverTransport transport, TenantId tenant, AppendResult result, long messageBytes) {
    spans.add(
        new Spans(transport, tenant, result.acceptedSpans(), result.rejectedSpans(), messageBytes));
  }

  @Override
  public void refused(
      ReceiverTransport transport,
      TenantId tenant,
      RequestOutcome outcome,
      int refused,
      long messageBytes) {
    spans.add(new Spans(transport, tenant, 0, refused, messageBytes));
  }

  /** Requests, in order of completion. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Spans, in order of completion. */
  public List<Spans> spans() {
    return List.copyOf(spans);
  }

  /** Forgets everything. */
  public void reset() {
    requests.clear();
    spans.clear();
  }
}
