package io.tempo4j.receivers.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import io.tempo4j.receivers.transport.ContentCoding;
import io.tempo4j.receivers.transport.Exchange;
import io.tempo4j.receivers.transport.RpcStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * One unary gRPC call. The body is one frame: a flag (1 if the message is compressed), the length
 * of the message as four bytes, big-endian, and the message.
 *
 * @param coding how a compressed message is compressed
 * @param maxBytes the largest message, compressed and decompressed
 */
record OtlpGrpcExchange(ContentCoding coding, int maxBytes) implements Exchange {

  static final String CONTENT_TYPE = "application/grpc";
  static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");

  private static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
  private static final AsciiString STATUS = AsciiString.cached("grpc-status");
  private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
  private static final AsciiString DETAILS = AsciiString.cached("grpc-status-details-bin");

  private static final int FRAME_HEADER_BYTES = 5;
  private static final ResponseHeaders OK_HEADERS =
      ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
  private static final HttpHeaders OK_TRAILERS = HttpHeaders.of(STATUS, "0");

  @Override
  public ReceiverTransport transport() {
    return ReceiverTransport.OTLP_GRPC;
  }

  @Override
  public int maxBodyBytes() {
    return FRAME_HEADER_BYTES + maxBytes;
  }

  @Override
  public long announcedBytes(ByteBuf firstPiece) {
    return firstPiece.readableBytes() < FRAME_HEADER_BYTES
        ? -1
        : FRAME_HEADER_BYTES + firstPiece.getUnsignedInt(firstPiece.readerIndex() + 1);
  }

  @Override
  public ByteSlice message(ByteSlice body, Admission admission) throws RequestRefusedException {
    if (body.length() < FRAME_HEADER_BYTES) {
      throw badFrame("the request ends before its message");
    }
    int flag = body.array()[body.offset()];
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(body.array()).getInt(body.offset() + 1));
    int rest = body.length() - FRAME_HEADER_BYTES;
    if (length > rest) {
      throw badFrame("the frame announces " + length + " bytes, " + rest + " came");
    }
    if (length < rest) {
      throw badFrame("a unary call has one message, more came");
    }
    ByteSlice message = new ByteSlice(body.array(), body.offset() + FRAME_HEADER_BYTES, rest);
    if (flag == 0) {
      return message;
    }
    if (flag != 1 || coding == ContentCoding.IDENTITY) {
      throw badFrame(
          flag == 1
              ? "the message is compressed, but no grpc-encoding says how"
              : "the frame's flag is " + (flag & 0xff) + ", not 0 or 1");
    }
    return coding.decode(message, maxBytes, admission);
  }

  @Override
  public HttpResponse answer(AppendResult result) {
    byte[] message =
        result.rejectedSpans() == 0 && result.message().isEmpty()
            ? HttpEncoding.PROTOBUF.success()
            : HttpEncoding.PROTOBUF.partialSuccess(result);
    byte[] frame =
        ByteBuffer.allocate(FRAME_HEADER_BYTES + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    return HttpResponse.of(OK_HEADERS, HttpData.wrap(frame), OK_TRAILERS);
  }

  @Override
  public HttpResponse refuse(RequestRefusedException refusal) {
    RpcStatus status = RpcStatus.of(refusal);
    ResponseHeadersBuilder headers =
        OK_HEADERS.toBuilder()
            .setInt(STATUS, status.code())
            .set(MESSAGE, percentEncoded(status.message()))
            .set(DETAILS, Base64.getEncoder().withoutPadding().encodeToString(status.toProtobuf()));
    if (refusal.outcome() == RequestOutcome.UNSUPPORTED) {
      headers.set(ACCEPT_ENCODING, ContentCoding.NAMES);
    }
    // Without it an empty DATA frame ends the stream, which clients take for a broken answer.
    return HttpResponse.of(headers.endOfStream(true).build());
  }

  private static RequestRefusedException badFrame(String what) {
    return RequestRefusedException.invalid("bad gRPC frame: " + what);
  }

  /** Everything but printable ASCII, and the percent sign, as %XX of its UTF-8 bytes. */
  private static String percentEncoded(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0x20 && b < 0x7f && b != '%') {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b));
      }
    }
    return out.toString();
  }
}
