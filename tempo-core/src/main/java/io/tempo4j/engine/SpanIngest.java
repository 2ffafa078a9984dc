package io.tempo4j.engine;

import io.tempo4j.model.TenantId;
import java.io.IOException;

/** Where receivers deliver spans. Thread-safe. */
public interface SpanIngest {

  /**
   * Takes the spans of one OTLP {@code ExportTraceServiceRequest} (wire-identical to {@code
   * TracesData}) and returns when they are durable under the store's policy.
   *
   * @param tenant whose spans they are
   * @param buffer holds the message; not changed, not kept after the call
   * @param offset index of the message's first byte
   * @param length length of the message in bytes
   * @throws io.tempo4j.otlp.MalformedOtlpException if the bytes are no such message; nothing of the
   *     request was kept, sending it again is useless
   * @throws OverloadedException if the store cannot take more at the moment; nothing of the request
   *     was kept, sending it again later is right
   * @throws IOException if the spans could not be made durable; sending the request again is right
   */
  AppendResult append(TenantId tenant, byte[] buffer, int offset, int length) throws IOException;
}
