package io.tempo4j.server.messages;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.server.tempopb.Exemplar;
import io.tempo4j.server.tempopb.InstantSeries;
import io.tempo4j.server.tempopb.PartialStatus;
import io.tempo4j.server.tempopb.QueryInstantResponse;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import io.tempo4j.server.tempopb.Sample;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Results of metrics queries as messages. */
public final class MetricsMessages {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private MetricsMessages() {}

  /** The answer with series, in parts that make it up together. */
  public static Stream<QueryRangeResponse> range(MetricsResult result) {
    QueryRangeResponse.Builder rest =
        QueryRangeResponse.newBuilder().setMetrics(SearchMessages.done(result.stats()));
    if (result.isTruncated()) {
      rest.setStatus(PartialStatus.PARTIAL).setMessage(truncation(result.series().size()));
    }
    return Stream.concat(
        result.series().stream()
            .map(series ->
                QueryRangeResponse.newBuilder().addSeries(of(result.axis(), series)).build()),
        Stream.of(rest.build()));
  }

  /** The answer with single values, in parts that make it up together. */
  public static Stream<QueryInstantResponse> instant(MetricsResult result) {
    QueryInstantResponse.Builder rest =
        QueryInstantResponse.newBuilder().setMetrics(SearchMessages.done(result.stats()));
    if (result.isTruncated()) {
      rest.setStatus(PartialStatus.PARTIAL).setMessage(truncation(result.series().size()));
    }
    return Stream.concat(
        result.series().stream()
            .map(series -> QueryInstantResponse.newBuilder().addSeries(instant(series)).build()),
        Stream.of(rest.build()));
  }

  /** Why there are not more than {@code maxSeries} series. */
  public static String truncation(int maxSeries) {
    return "Response exceeds maximum series limit of "
        + maxSeries
        + ", a partial response is returned";
  }

  /** A series with all its values and exemplars. */
  private static io.tempo4j.server.tempopb.TimeSeries of(TimeAxis axis, TimeSeries series) {
    io.tempo4j.server.tempopb.TimeSeries.Builder message =
        io.tempo4j.server.tempopb.TimeSeries.newBuilder().addAllLabels(labels(series));
    double[] values = series.values();
    for (int bucket = 0; bucket < values.length; bucket++) {
      if (Double.isFinite(values[bucket])) {
        message.addSamples(sample(axis, bucket, values[bucket]));
      }
    }
    series.exemplars().forEach(exemplar -> message.addExemplars(of(exemplar)));
    return message.build();
  }

  private static InstantSeries instant(TimeSeries series) {
    return InstantSeries.newBuilder()
        .addAllLabels(labels(series))
        .setValue(series.values()[0])
        .build();
  }

  private static List<KeyValue> labels(TimeSeries series) {
    return series.labels().stream().map(AttributeMessages::of).toList();
  }

  private static Sample sample(TimeAxis axis, int bucket, double value) {
    return Sample.newBuilder()
        .setTimestampMs(axis.timestampNanos(bucket) / NANOS_PER_MILLI)
        .setValue(value)
        .build();
  }

  private static Exemplar of(io.tempo4j.query.metrics.Exemplar exemplar) {
    return Exemplar.newBuilder()
        .addLabels(text("trace:id", exemplar.traceId().toHex()))
        .addLabels(text("span:id", HexFormat.of().toHexDigits(exemplar.spanId())))
        .setValue(exemplar.value())
        .setTimestampMs(exemplar.timestampNanos() / NANOS_PER_MILLI)
        .build();
  }

  private static KeyValue text(String key, String value) {
    return AttributeMessages.of(new Attribute(key, new AttributeValue.StringValue(value)));
  }
}
