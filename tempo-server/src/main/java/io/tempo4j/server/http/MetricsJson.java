package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.metrics.Exemplar;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.server.messages.MetricsMessages;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/**
 * Metrics results as JSON, no field more than Tempo has: {@code QueryRangeResponse} and {@code
 * QueryInstantResponse} in the JSON mapping of protobuf. Zeros are left out.
 */
final class MetricsJson {

  private static final SerializableString SERIES = JsonBody.name("series");
  private static final SerializableString LABELS = JsonBody.name("labels");
  private static final SerializableString SAMPLES = JsonBody.name("samples");
  private static final SerializableString TIMESTAMP = JsonBody.name("timestampMs");
  private static final SerializableString VALUE = JsonBody.name("value");
  private static final SerializableString EXEMPLARS = JsonBody.name("exemplars");
  private static final SerializableString STATUS = JsonBody.name("status");
  private static final SerializableString MESSAGE = JsonBody.name("message");

  private static final long NANOS_PER_MILLI = 1_000_000;

  private MetricsJson() {}

  /** Writes what a series has besides its labels. */
  private interface Values {
    void write(JsonBody json, TimeAxis axis, TimeSeries series) throws IOException;
  }

  /** Series with their samples. */
  static Body range(MetricsResult result) {
    return of(result, MetricsJson::samples);
  }

  /** Series with the one value that each has. */
  static Body instant(MetricsResult result) {
    return of(result, (json, axis, series) -> realUnlessZero(json, VALUE, series.values()[0]));
  }

  private static Body of(MetricsResult result, Values values) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startArray(SERIES);
      for (TimeSeries series : result.series()) {
        json.startObject();
        json.attributesUnlessEmpty(LABELS, series.labels());
        values.write(json, result.axis(), series);
        json.endObject();
      }
      json.endArray();
      SearchJson.metrics(json, result.stats());
      String incomplete = MetricsMessages.incomplete(result);
      if (!incomplete.isEmpty()) {
        json.string(STATUS, "PARTIAL");
        json.string(MESSAGE, incomplete);
      }
      json.endObject();
    });
  }

  private static void samples(JsonBody json, TimeAxis axis, TimeSeries series) throws IOException {
    json.startArray(SAMPLES);
    double[] values = series.values();
    for (int bucket = 0; bucket < values.length; bucket++) {
      if (Double.isFinite(values[bucket])) {
        json.startObject();
        json.unsignedUnlessZero(TIMESTAMP, axis.timestampNanos(bucket) / NANOS_PER_MILLI);
        realUnlessZero(json, VALUE, values[bucket]);
        json.endObject();
      }
    }
    json.endArray();
    if (!series.exemplars().isEmpty()) {
      json.startArray(EXEMPLARS);
      for (Exemplar exemplar : series.exemplars()) {
        exemplar(json, exemplar);
      }
      json.endArray();
    }
  }

  private static void exemplar(JsonBody json, Exemplar exemplar) throws IOException {
    json.startObject();
    json.attributesUnlessEmpty(
        LABELS,
        List.of(
            new Attribute("trace:id", new AttributeValue.StringValue(exemplar.traceId().toHex())),
            new Attribute(
                "span:id",
                new AttributeValue.StringValue(HexFormat.of().toHexDigits(exemplar.spanId())))));
    realUnlessZero(json, VALUE, exemplar.value());
    json.unsignedUnlessZero(TIMESTAMP, exemplar.timestampNanos() / NANOS_PER_MILLI);
    json.endObject();
  }

  private static void realUnlessZero(JsonBody json, SerializableString name, double value)
      throws IOException {
    if (value != 0) {
      json.real(name, value);
    }
  }
}
