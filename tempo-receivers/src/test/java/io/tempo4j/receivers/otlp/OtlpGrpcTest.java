package io.tempo4j.receivers.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.grpc.CallOptions;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.tempo4j.engine.OverloadedException;
import io.tempo4j.receivers.FakeIngest;
import io.tempo4j.receivers.RecordingMetrics;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code TraceService/Export}: refusals as grpc-java sees them, and frames that no client sends.
 */
final class OtlpGrpcTest {

  private static final byte[] THREE_SPANS = Requests.spans(3).toByteArray();
  private static final byte[] BOMB = new byte[64 << 20];
  private static final String EXPORT =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private static TestServer server;
  private static ManagedChannel channel;
  private static WebClient raw;

  /** A client's codec; grpc-java brings gzip alone. */
  private record ClientCodec(String name) implements Codec {
    @Override
    public String getMessageEncoding() {
      return name;
    }

    @Override
    public InputStream decompress(InputStream in) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OutputStream compress(OutputStream out) throws IOException {
      return switch (name) {
        case "zstd" -> new ZstdOutputStream(out);
        case "deflate" -> new DeflaterOutputStream(out);
        default -> out;
      };
    }
  }

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final MethodDescriptor<byte[], byte[]> EXPORT_BYTES =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(TraceServiceGrpc.getExportMethod().getFullMethodName())
          .setRequestMarshaller(BYTES)
          .setResponseMarshaller(BYTES)
          .build();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(new Codec.Gzip());
    for (String name : List.of("zstd", "deflate", "snappy")) {
      compressors.register(new ClientCodec(name));
    }
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
            .usePlaintext()
            .compressorRegistry(compressors)
            .build();
    raw = WebClient.of("h2c://127.0.0.1:" + server.grpcPort());
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
  }

  /**
   * One refusal.
   *
   * @param fact what says so
   * @param coding of the message
   * @param message as sent
   * @param reaction of the store
   * @param code expected
   * @param description part of the expected one
   * @param outcome expected to be counted
   */
  record Refusal(
      String fact,
      String coding,
      byte[] message,
      FakeIngest.Reaction reaction,
      Status.Code code,
      String description,
      RequestOutcome outcome) {
    @Override
    public String toString() {
      return fact;
    }
  }

  static Stream<Refusal> refusals() {
    return Stream.of(
        new Refusal(
            "bad data: INVALID_ARGUMENT (OTLP)",
            "identity",
            Arrays.copyOf(THREE_SPANS, THREE_SPANS.length - 5),
            FakeIngest::acceptAll,
            Status.Code.INVALID_ARGUMENT,
            "malformed OTLP",
            RequestOutcome.INVALID),
        new Refusal(
            "ResourceExhausted with RetryInfo: to be repeated (OTLP)",
            "identity",
            THREE_SPANS,
            request -> {
              throw new OverloadedException("head is full", Duration.ofMillis(4_200));
            },
            Status.Code.RESOURCE_EXHAUSTED,
            "head is full",
            RequestOutcome.OVERLOADED),
        new Refusal(
            "an I/O error is Unavailable: to be repeated (OTLP)",
            "identity",
            THREE_SPANS,
            request -> {
              throw new IOException("disk 100% full – sorry");
            },
            Status.Code.UNAVAILABLE,
            "disk 100% full – sorry",
            RequestOutcome.UNAVAILABLE),
        new Refusal(
            "any other failure: INTERNAL, not to be repeated (OTLP)",
            "identity",
            THREE_SPANS,
            request -> {
              throw new IllegalStateException("secret detail");
            },
            Status.Code.INTERNAL,
            "internal error",
            RequestOutcome.INTERNAL),
        new Refusal(
            "too large a message: RESOURCE_EXHAUSTED without RetryInfo, not to be repeated (OTLP)",
            "identity",
            new byte[TestServer.MAX_REQUEST_BYTES + 1],
            FakeIngest::acceptAll,
            Status.Code.RESOURCE_EXHAUSTED,
            "larger than",
            RequestOutcome.TOO_LARGE),
        new Refusal(
            "gzip bomb",
            "gzip",
            BOMB,
            FakeIngest::acceptAll,
            Status.Code.RESOURCE_EXHAUSTED,
            "after decompression",
            RequestOutcome.TOO_LARGE),
        new Refusal(
            "zstd bomb",
            "zstd",
            BOMB,
            FakeIngest::acceptAll,
            Status.Code.RESOURCE_EXHAUSTED,
            "after decompression",
            RequestOutcome.TOO_LARGE),
        new Refusal(
            "unknown compression: UNIMPLEMENTED (gRPC Compression)",
            "snappy",
            THREE_SPANS,
            FakeIngest::acceptAll,
            Status.Code.UNIMPLEMENTED,
            "unsupported grpc-encoding: snappy",
            RequestOutcome.UNSUPPORTED));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refusal refusal) {
    server.ingest().react(refusal.reaction());
    assertThatThrownBy(() -> call(refusal.coding(), refusal.message()))
        .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> check(refusal, failure));
    assertThat(server.ingest().received()).isEmpty();
    assertThat(server.metrics().requests())
        .extracting(RecordingMetrics.Request::outcome)
        .containsExactly(refusal.outcome());
    TestServer.await("all given back", () -> server.intake().bytesInFlight() == 0);
  }

  private static void check(Refusal refusal, StatusRuntimeException failure) {
    assertThat(failure.getStatus().getCode()).isEqualTo(refusal.code());
    assertThat(failure.getStatus().getDescription())
        .contains(refusal.description())
        .doesNotContain("secret detail");
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    assertThat(details).isNotNull();
    assertThat(details.getMessage()).isEqualTo(failure.getStatus().getDescription());
    boolean hasRetryInfo = details.getDetailsList().stream().anyMatch(d -> d.is(RetryInfo.class));
    boolean isUnavailable = refusal.outcome() == RequestOutcome.UNAVAILABLE;
    assertThat(hasRetryInfo)
        .isEqualTo(isUnavailable || refusal.outcome() == RequestOutcome.OVERLOADED);
    if (hasRetryInfo) {
      Any retry = details.getDetails(0);
      assertThat(retryDelay(retry)).isEqualTo(Duration.ofMillis(isUnavailable ? 1_000 : 4_200));
    }
  }

  private static Duration retryDelay(Any detail) {
    try {
      com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
      return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip", "deflate", "zstd"})
  void takesEveryCompression(String coding) throws Exception {
    byte[] answer = call(coding, THREE_SPANS);
    assertThat(ExportTraceServiceResponse.parseFrom(answer))
        .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    assertThat(server.ingest().only().bytes()).isEqualTo(THREE_SPANS);
  }

  private static byte[] call(String coding, byte[] message) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(60));
    if (!coding.equals("identity")) {
      options = options.withCompression(coding);
    }
    return ClientCalls.blockingUnaryCall(channel, EXPORT_BYTES, options, message);
  }

  /** Frames that break the protocol; the description says how. */
  record BadFrame(String description, String encoding, byte[] body) {
    @Override
    public String toString() {
      return description;
    }
  }

  static Stream<BadFrame> badFrames() {
    byte[] sound = frame(0, THREE_SPANS.length, THREE_SPANS);
    byte[] twice = Arrays.copyOf(sound, 2 * sound.length);
    System.arraycopy(sound, 0, twice, sound.length, sound.length);
    return Stream.of(
        new BadFrame("the request ends before its message", "", new byte[0]),
        new BadFrame("the request ends before its message", "", new byte[] {0, 0, 0}),
        new BadFrame(
            "the frame announces 1000 bytes, " + THREE_SPANS.length + " came",
            "",
            frame(0, 1_000, THREE_SPANS)),
        new BadFrame("a unary call has one message, more came", "", twice),
        new BadFrame(
            "the message is compressed, but no grpc-encoding says how",
            "",
            frame(1, THREE_SPANS.length, THREE_SPANS)),
        new BadFrame("the frame's flag is 7", "gzip", frame(7, THREE_SPANS.length, THREE_SPANS)),
        new BadFrame(
            "damaged or truncated gzip", "gzip", frame(1, THREE_SPANS.length, THREE_SPANS)));
  }

  @ParameterizedTest
  @MethodSource("badFrames")
  void refusesBadFrames(BadFrame bad) {
    AggregatedHttpResponse response = raw("application/grpc", bad.encoding(), bad.body());
    assertThat(response.headers().get("grpc-status")).isEqualTo("3");
    assertThat(response.headers().get("grpc-message")).contains(bad.description());
    assertThat(server.ingest().received()).isEmpty();
  }

  @Test
  void announcedLengthIsBoundedBeforeItIsBelieved() {
    AggregatedHttpResponse response =
        raw("application/grpc", "", frame(0, -1, new byte[] {1, 2, 3}));
    assertThat(response.headers().get("grpc-status")).isEqualTo("8");
    assertThat(response.headers().get("grpc-message")).contains("larger than");
  }

  @Test
  void uncompressedMessageMayComeUnderACompressionsName() {
    byte[] body = frame(0, THREE_SPANS.length, THREE_SPANS);
    AggregatedHttpResponse response = raw("application/grpc+proto", "gzip", body);
    assertThat(response.trailers().get("grpc-status")).isEqualTo("0");
    assertThat(response.content().array()).isEqualTo(new byte[5]);
    assertThat(server.ingest().only().bytes()).isEqualTo(THREE_SPANS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/grpc-web", "application/grpc+json"})
  void otherContentTypesAreUnsupported(String contentType) {
    AggregatedHttpResponse response =
        raw(contentType, "", frame(0, THREE_SPANS.length, THREE_SPANS));
    assertThat(response.status().code()).isEqualTo(415);
    assertThat(server.ingest().received()).isEmpty();
  }

  @Test
  void unknownMethodsAreUnimplemented() {
    MethodDescriptor<byte[], byte[]> unknown =
        EXPORT_BYTES.toBuilder()
            .setFullMethodName("opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
            .build();
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, THREE_SPANS))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  private static AggregatedHttpResponse raw(String contentType, String encoding, byte[] body) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.POST, EXPORT)
            .set(HttpHeaderNames.CONTENT_TYPE, contentType)
            .set(HttpHeaderNames.TE, "trailers");
    if (!encoding.isEmpty()) {
      headers.set("grpc-encoding", encoding);
    }
    return raw.execute(headers.build(), HttpData.wrap(body)).aggregate().join();
  }

  private static byte[] frame(int flag, int length, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(length)
        .put(message)
        .array();
  }
}
