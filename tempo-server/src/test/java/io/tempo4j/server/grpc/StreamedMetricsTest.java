package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.server.http.FakeBackend;
import io.tempo4j.server.tempopb.InstantSeries;
import io.tempo4j.server.tempopb.PartialStatus;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryInstantResponse;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The two methods for metrics, as far as the wire is concerned. */
class StreamedMetricsTest {

  private static final long SECOND = 1_000_000_000;
  private static final QueryRangeRequest RATE =
      QueryRangeRequest.newBuilder()
          .setQuery("{} | rate()")
          .setStart(1000 * SECOND)
          .setEnd(1060 * SECOND)
          .setStep(10 * SECOND)
          .build();

  private static GrpcServer server;

  @BeforeAll
  static void start() {
    server = GrpcServer.start("query_frontend: {metrics: {max_response_series: 1000}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static <M> List<M> all(Iterator<M> answer) {
    List<M> messages = new ArrayList<>();
    answer.forEachRemaining(messages::add);
    return messages;
  }

  private static TimeSeries series(int number, int buckets) {
    double[] values = new double[buckets];
    Arrays.fill(values, number + .5);
    return new TimeSeries(
        List.of(new Attribute("span.a", new AttributeValue.IntValue(number))), values, List.of());
  }

  private static MetricsResult result(MetricsRequest request, int series, boolean isTruncated) {
    TimeAxis axis = TimeAxis.of(request);
    return new MetricsResult(
        axis,
        IntStream.range(0, series).mapToObj(i -> series(i, axis.bucketCount())).toList(),
        isTruncated,
        FakeBackend.NOTHING.stats());
  }

  @Test
  void requestsMeanWhatTheyMeanOverHttp() {
    server.backend.metrics.set(FakeBackend::noSeries);

    all(server.client().metricsQueryRange(RATE.toBuilder().setExemplars(7).build()));
    assertThat(server.backend.lastMetrics)
        .hasValue(
            MetricsRequest.range("{} | rate()", 1000 * SECOND, 1060 * SECOND, 10 * SECOND)
                .withExemplars(7));

    all(server.client().metricsQueryRange(RATE.toBuilder().setMaxSeries(3).setStep(0).build()));
    assertThat(server.backend.lastMetrics.get().maxSeries()).isEqualTo(3);
    assertThat(server.backend.lastMetrics.get().stepNanos()).isEqualTo(SECOND);

    all(
        server
            .client()
            .metricsQueryInstant(
                QueryInstantRequest.newBuilder()
                    .setQuery("{} | rate()")
                    .setStart(1000 * SECOND + 5)
                    .setEnd(1060 * SECOND)
                    .build()));
    assertThat(server.backend.lastMetrics)
        .hasValue(MetricsRequest.instant("{} | rate()", 1000 * SECOND + 5, 1060 * SECOND));
  }

  @Test
  void singleValuesHaveTheirSeries() {
    server.backend.metrics.set(request -> result(request, 2, true));

    List<QueryInstantResponse> messages =
        all(
            server
                .client()
                .metricsQueryInstant(
                    QueryInstantRequest.newBuilder()
                        .setQuery("{} | rate()")
                        .setStart(1000 * SECOND)
                        .setEnd(1060 * SECOND)
                        .build()));

    assertThat(messages.getLast().getSeriesList())
        .contains(
            InstantSeries.newBuilder()
                .addLabels(
                    KeyValue.newBuilder()
                        .setKey("span.a")
                        .setValue(AnyValue.newBuilder().setIntValue(1)))
                .setValue(1.5)
                .build());
    assertThat(messages.getLast().getStatus()).isEqualTo(PartialStatus.PARTIAL);
    assertThat(messages.getLast().getMessage())
        .isEqualTo("Response exceeds maximum series limit of 2, a partial response is returned");
  }

  @Test
  void manySamplesComeInMessagesOfOneMebibyte() {
    server.backend.metrics.set(request -> result(request, 30, false));
    // As many buckets as a request may have: more than a message of one series holds.
    QueryRangeRequest request = RATE.toBuilder().setEnd(10_000 * SECOND).setStep(SECOND).build();

    List<QueryRangeResponse> messages = all(server.client().metricsQueryRange(request));

    assertThat(messages)
        .hasSizeGreaterThan(3)
        .allSatisfy(
            message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(1 << 20));
    int samples =
        messages.stream()
            .flatMap(message -> message.getSeriesList().stream())
            .mapToInt(io.tempo4j.server.tempopb.TimeSeries::getSamplesCount)
            .sum();
    assertThat(samples).isEqualTo(30 * 9_001);
  }

  @Test
  void messagesAreAsLargeAsConfigured() {
    try (GrpcServer small =
        GrpcServer.start("query_frontend: {max_grpc_streaming_packet_size: 64KiB}")) {
      small.backend.metrics.set(request -> result(request, 3, false));
      QueryRangeRequest request = RATE.toBuilder().setEnd(10_000 * SECOND).setStep(SECOND).build();

      List<QueryRangeResponse> messages = all(small.client().metricsQueryRange(request));

      assertThat(messages)
          .hasSizeGreaterThan(3)
          .allSatisfy(
              message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(64 << 10));
      assertThat(
              messages.stream()
                  .flatMap(message -> message.getSeriesList().stream())
                  .mapToInt(io.tempo4j.server.tempopb.TimeSeries::getSamplesCount)
                  .sum())
          .isEqualTo(3 * 9_001);
    }
  }

  @Test
  void wrongRequestsAreRefusedWithTheTextsOfTheHttpApi() {
    assertThatThrownBy(() ->
            all(server.client().metricsQueryRange(RATE.toBuilder().setEnd(999 * SECOND).build())))
        .hasMessage("INVALID_ARGUMENT: end must be greater than start");
    assertThatThrownBy(() ->
            all(server.client().metricsQueryRange(RATE.toBuilder().setQuery("{ | rate()").build())))
        .hasMessageStartingWith("INVALID_ARGUMENT: invalid TraceQL query: parse error at line 1");
    assertThatThrownBy(
            () -> all(server.client().metricsQueryRange(RATE.toBuilder().setStep(1).build())))
        .hasMessageStartingWith("INVALID_ARGUMENT: step of 1ns is too small");
    assertThatThrownBy(
            () -> all(server.client().metricsQueryRange(RATE.toBuilder().setEnd(-1).build())))
        .hasMessage(
            "INVALID_ARGUMENT: invalid end: expected nanoseconds within 0 and 9223372036854775807,"
                + " got '18446744073709551615'");
  }
}
