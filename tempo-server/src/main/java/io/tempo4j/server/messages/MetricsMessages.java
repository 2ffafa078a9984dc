package io.tempo4j.server.messages;

import com.google.protobuf.MessageLite;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.server.tempopb.Exemplar;
import io.tempo4j.server.tempopb.InstantSeries;
import io.tempo4j.server.tempopb.PartialStatus;
import io.tempo4j.server.tempopb.QueryInstantResponse;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import io.tempo4j.server.tempopb.Sample;
import io.tempo4j.server.tempopb.SearchMetrics;
import io.tempo4j.server.tempopb.TimeSeries;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Results of metrics queries as messages. */
public final class MetricsMessages {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private MetricsMessages() {}

  /**
   * The two forms of an answer.
   *
   * @param <S> the message of a series
   * @param <M> the message of an answer
   */
  public interface Form<S extends MessageLite, M extends MessageLite> {

    /** The message of some values of a series. */
    S series(TimeAxis axis, SeriesPart part);

    /**
     * The message of an answer, or of a part of one.
     *
     * @param incomplete why series or spans are missing; empty if none are
     */
    M answer(List<S> series, SearchMetrics metrics, String incomplete);
  }

  /** Series with their values over time. */
  public static final Form<TimeSeries, QueryRangeResponse> RANGE = new RangeForm();

  /** Series with one value each. */
  public static final Form<InstantSeries, QueryInstantResponse> INSTANT = new InstantForm();

  /** The whole answer, in parts that make it up together. */
  public static <S extends MessageLite, M extends MessageLite> Stream<M> of(
      Form<S, M> form, MetricsResult result) {
    Stream<M> series =
        result.series().stream()
            .map(one -> form.series(result.axis(), SeriesPart.of(one)))
            .map(one -> form.answer(List.of(one), SearchMetrics.getDefaultInstance(), ""));
    return Stream.concat(
        series,
        Stream.of(form.answer(List.of(), SearchMessages.done(result.stats()), incomplete(result))));
  }

  /** Why series or spans are missing; empty if none are. */
  public static String incomplete(MetricsResult result) {
    List<String> reasons = new ArrayList<>();
    if (result.isTruncated()) {
      reasons.add(
          "Response exceeds maximum series limit of "
              + result.series().size()
              + ", a partial response is returned");
    }
    if (!result.coverage().isComplete()) {
      reasons.add(result.coverage().explanation());
    }
    return String.join("; ", reasons);
  }

  private static PartialStatus status(String incomplete) {
    return incomplete.isEmpty() ? PartialStatus.COMPLETE : PartialStatus.PARTIAL;
  }

  private static List<KeyValue> labels(SeriesPart part) {
    return part.labels().stream().map(AttributeMessages::of).toList();
  }

  private static final class RangeForm implements Form<TimeSeries, QueryRangeResponse> {

    @Override
    public TimeSeries series(TimeAxis axis, SeriesPart part) {
      TimeSeries.Builder series = TimeSeries.newBuilder().addAllLabels(labels(part));
      for (int i = 0; i < part.buckets().length; i++) {
        series.addSamples(
            Sample.newBuilder()
                .setTimestampMs(axis.timestampNanos(part.buckets()[i]) / NANOS_PER_MILLI)
                .setValue(part.values()[i]));
      }
      part.exemplars().forEach(exemplar -> series.addExemplars(of(exemplar)));
      return series.build();
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

    @Override
    public QueryRangeResponse answer(
        List<TimeSeries> series, SearchMetrics metrics, String incomplete) {
      return QueryRangeResponse.newBuilder()
          .addAllSeries(series)
          .setMetrics(metrics)
          .setStatus(status(incomplete))
          .setMessage(incomplete)
          .build();
    }
  }

  private static final class InstantForm implements Form<InstantSeries, QueryInstantResponse> {

    @Override
    public InstantSeries series(TimeAxis axis, SeriesPart part) {
      return InstantSeries.newBuilder()
          .addAllLabels(labels(part))
          .setValue(part.values()[0])
          .build();
    }

    @Override
    public QueryInstantResponse answer(
        List<InstantSeries> series, SearchMetrics metrics, String incomplete) {
      return QueryInstantResponse.newBuilder()
          .addAllSeries(series)
          .setMetrics(metrics)
          .setStatus(status(incomplete))
          .setMessage(incomplete)
          .build();
    }
  }
}
