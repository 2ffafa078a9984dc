package io.tempo4j.receivers.transport;

import io.tempo4j.otlp.WireWriter;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@code google.rpc.Status} that says why a request was refused: with a {@code RetryInfo} if the
 * refusal has a hint when to come again, with a {@code BadRequest} if the request is invalid.
 *
 * <p>Source: google/rpc/status.proto and error_details.proto; OTLP specification 1.10.
 *
 * @param code number of the {@code google.rpc.Code}
 * @param message for the client's developer
 * @param retryAfter when to come again, or null
 */
public record RpcStatus(int code, String message, @Nullable Duration retryAfter) {

  /** Messages are cut here: over gRPC they travel in headers, whose size clients bound. */
  private static final int MAX_MESSAGE_CHARS = 1_024;

  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

  /** Says what the refusal says. */
  public static RpcStatus of(RequestRefusedException refusal) {
    String reason = refusal.reason();
    String message =
        reason.length() <= MAX_MESSAGE_CHARS
            ? reason
            : reason.substring(0, MAX_MESSAGE_CHARS) + "...";
    return new RpcStatus(refusal.outcome().rpcCode(), message, refusal.retryAfter());
  }

  /** Whole seconds to wait before coming again, at least 1; 0 if there is no hint. */
  public long retryAfterSeconds() {
    return retryAfter == null ? 0 : Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
  }

  /** As protobuf. */
  public byte[] toProtobuf() {
    WireWriter out = new WireWriter(64 + 2 * message.length());
    out.varint(1, code);
    out.string(2, message);
    if (retryAfter != null) {
      int any = beginAny(out, RETRY_INFO);
      int value = out.begin(2);
      int delay = out.begin(1);
      out.varint(1, retryAfter.getSeconds());
      out.varint(2, retryAfter.getNano());
      out.end(delay);
      out.end(value);
      out.end(any);
    }
    if (isBadRequest()) {
      int any = beginAny(out, BAD_REQUEST);
      int value = out.begin(2);
      int violation = out.begin(1);
      out.string(2, message);
      out.end(violation);
      out.end(value);
      out.end(any);
    }
    return out.toByteArray();
  }

  /** As protobuf's JSON. */
  public String toJson() {
    StringBuilder json = new StringBuilder(128 + message.length());
    json.append("{\"code\":").append(code).append(",\"message\":");
    JsonText.appendQuoted(json, message);
    if (retryAfter != null) {
      json.append(",\"details\":[{\"@type\":\"").append(RETRY_INFO).append("\",\"retryDelay\":\"");
      json.append(retryAfter.getSeconds());
      if (retryAfter.getNano() != 0) {
        json.append('.').append(Integer.toString(1_000_000_000 + retryAfter.getNano()), 1, 10);
      }
      json.append("s\"}]");
    } else if (isBadRequest()) {
      json.append(",\"details\":[{\"@type\":\"").append(BAD_REQUEST);
      json.append("\",\"fieldViolations\":[{\"description\":");
      JsonText.appendQuoted(json, message);
      json.append("}]}]");
    }
    return json.append('}').toString();
  }

  private boolean isBadRequest() {
    return code == RequestOutcome.INVALID.rpcCode();
  }

  private static int beginAny(WireWriter out, String type) {
    int any = out.begin(3);
    out.string(1, type);
    return any;
  }
}
