package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.common.MediaType;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.receivers.transport.JsonText;
import io.tempo4j.receivers.transport.ProtoOutput;
import io.tempo4j.receivers.transport.RpcStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The two encodings of OTLP over HTTP; the answer has the encoding of the request. */
enum HttpEncoding {
  PROTOBUF("application/x-protobuf", "x-protobuf"),
  JSON("application/json", "json");

  private final String contentType;
  private final String subtype;

  HttpEncoding(String contentType, String subtype) {
    this.contentType = contentType;
    this.subtype = subtype;
  }

  /** The encoding of that type, whatever its parameters; null if there is none. */
  static @Nullable HttpEncoding of(MediaType type) {
    if (type.type().equals("application")) {
      for (HttpEncoding encoding : values()) {
        if (type.subtype().equals(encoding.subtype)) {
          return encoding;
        }
      }
    }
    return null;
  }

  String contentType() {
    return contentType;
  }

  byte[] success() {
    return this == PROTOBUF ? new byte[0] : new byte[] {'{', '}'};
  }

  byte[] partialSuccess(AppendResult result) {
    if (this == PROTOBUF) {
      return PartialSuccess.protobuf(result);
    }
    StringBuilder json = new StringBuilder(64 + result.message().length());
    json.append("{\"partialSuccess\":{\"rejectedSpans\":\"").append(result.rejectedSpans());
    json.append("\",\"errorMessage\":");
    JsonText.appendQuoted(json, result.message());
    return json.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  byte[] status(RpcStatus status) {
    return this == PROTOBUF
        ? status.toProtobuf()
        : status.toJson().getBytes(StandardCharsets.UTF_8);
  }

  /** {@code ExportTraceServiceResponse.partial_success}. */
  static final class PartialSuccess {
    private PartialSuccess() {}

    static byte[] protobuf(AppendResult result) {
      ProtoOutput out = new ProtoOutput(32 + result.message().length());
      int partial = out.begin(1);
      out.varintField(1, result.rejectedSpans());
      out.stringField(2, result.message());
      out.end(partial);
      return out.toByteArray();
    }
  }
}
