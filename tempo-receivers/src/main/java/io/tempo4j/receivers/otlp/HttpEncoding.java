package io.tempo4j.receivers.otlp;

import io.tempo4j.engine.AppendResult;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.receivers.transport.JsonText;
import io.tempo4j.receivers.transport.RpcStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The two encodings of OTLP over HTTP; the answer has the encoding of the request. */
enum HttpEncoding {
  PROTOBUF("application/x-protobuf"),
  JSON("application/json");

  private final String contentType;

  HttpEncoding(String contentType) {
    this.contentType = contentType;
  }

  /** The encoding of that type, whatever stands behind a semicolon; null if there is none. */
  static @Nullable HttpEncoding of(String type) {
    int semicolon = type.indexOf(';');
    String name = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    for (HttpEncoding encoding : values()) {
      if (name.equalsIgnoreCase(encoding.contentType)) {
        return encoding;
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
      WireWriter out = new WireWriter(32 + result.message().length());
      int partial = out.begin(1);
      out.varint(1, result.rejectedSpans());
      out.string(2, result.message());
      out.end(partial);
      return out.toByteArray();
    }
  }
}
