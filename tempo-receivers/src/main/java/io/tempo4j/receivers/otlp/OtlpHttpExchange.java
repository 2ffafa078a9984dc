package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.netty.buffer.ByteBuf;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RequestRefusedException;
import io.tempo4j.receivers.transport.ContentCoding;
import io.tempo4j.receivers.transport.Exchange;
import io.tempo4j.receivers.transport.RpcStatus;

/**
 * One {@code POST /v1/traces}.
 *
 * @param encoding of the request and of its answer
 * @param coding how the body is compressed
 * @param maxBytes the largest body, compressed and decompressed
 * @param contentLength as announced, or -1
 */
record OtlpHttpExchange(
    HttpEncoding encoding, ContentCoding coding, int maxBytes, long contentLength)
    implements Exchange {

  @Override
  public ReceiverTransport transport() {
    return ReceiverTransport.OTLP_HTTP;
  }

  @Override
  public int maxBodyBytes() {
    return maxBytes;
  }

  @Override
  public long announcedBytes(ByteBuf firstPiece) {
    return contentLength;
  }

  @Override
  public ByteSlice message(ByteSlice body, Admission admission) throws RequestRefusedException {
    ByteSlice decoded = coding.decode(body, maxBytes, admission);
    return encoding == HttpEncoding.PROTOBUF ? decoded : OtlpJson.toProtobuf(decoded, admission);
  }

  @Override
  public HttpResponse answer(AppendResult result) {
    byte[] body =
        result.rejectedSpans() == 0 && result.message().isEmpty()
            ? encoding.success()
            : encoding.partialSuccess(result);
    return HttpResponse.of(
        ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, encoding.contentType()),
        HttpData.wrap(body));
  }

  @Override
  public HttpResponse refuse(RequestRefusedException refusal) {
    RpcStatus status = RpcStatus.of(refusal);
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(refusal.outcome().httpStatus()))
            .set(HttpHeaderNames.CONTENT_TYPE, encoding.contentType());
    if (status.retryAfterSeconds() > 0) {
      headers.setLong(HttpHeaderNames.RETRY_AFTER, status.retryAfterSeconds());
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(encoding.status(status)));
  }
}
