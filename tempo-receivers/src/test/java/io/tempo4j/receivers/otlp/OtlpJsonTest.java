package io.tempo4j.receivers.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.InFlightFixture;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP's JSON, example by example; {@code OtlpJsonProperties} does the rest. */
final class OtlpJsonTest {

  @Test
  void readsARequestAsTheSpecificationsExampleHasIt() throws Exception {
    ExportTraceServiceRequest request =
        read(
            """
            {"resourceSpans": [{
              "resource": {"attributes": [
                {"key": "service.name", "value": {"stringValue": "my.service"}}]},
              "scopeSpans": [{
                "scope": {"name": "my.library", "version": "1.0.0", "attributes": [
                  {"key": "my.scope.attribute", "value": {"stringValue": "some scope attribute"}}]},
                "spans": [{
                  "traceId": "5B8EFFF798038103D269B633813FC60C",
                  "spanId": "EEE19B7EC3C1B174",
                  "parentSpanId": "eee19b7ec3c1b173",
                  "name": "I'm a server span",
                  "startTimeUnixNano": "1544712660000000000",
                  "endTimeUnixNano": 1544712661000000000,
                  "kind": 2,
                  "attributes": [
                    {"key": "my.span.attr", "value": {"stringValue": "some value"}}]}]}]}]}
            """);
    var resource = request.getResourceSpans(0);
    assertThat(resource.getResource().getAttributes(0).getValue().getStringValue())
        .isEqualTo("my.service");
    assertThat(resource.getScopeSpans(0).getScope().getVersion()).isEqualTo("1.0.0");
    Span span = resource.getScopeSpans(0).getSpans(0);
    assertThat(span.getTraceId().toByteArray())
        .isEqualTo(java.util.HexFormat.of().parseHex("5b8efff798038103d269b633813fc60c"));
    assertThat(span.getSpanId().size()).isEqualTo(8);
    assertThat(span.getParentSpanId().size()).isEqualTo(8);
    assertThat(span.getStartTimeUnixNano()).isEqualTo(1_544_712_660_000_000_000L);
    assertThat(span.getEndTimeUnixNano()).isEqualTo(1_544_712_661_000_000_000L);
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceSpans\":[{\"new\":{\"a\":[1,{\"b\":null}]},\"schemaUrl\":\"s\"}],\"x\":1}",
        "{\"resource_spans\":[{\"schema_url\":\"s\"}]}",
        "{\"resourceSpans\":[{\"schemaUrl\":\"s\",\"resource\":null,\"scopeSpans\":null}]}",
        "  {\n\"resourceSpans\" : [ {\"schemaUrl\":\"x\",\"schemaUrl\":\"s\"} ] }  "
      })
  void readsTheSameRequestWhateverSurroundsIt(String json) throws Exception {
    ExportTraceServiceRequest request = read(json);
    assertThat(request.getResourceSpansCount()).isEqualTo(1);
    assertThat(request.getResourceSpans(0).getSchemaUrl()).isEqualTo("s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"intValue\":\"-9223372036854775808\"|-9223372036854775808",
        "\"intValue\":9223372036854775807|9223372036854775807",
        "\"intValue\":1e3|1000",
        "\"intValue\":\"1.5e1\"|15",
        "\"intValue\":-0|0"
      })
  void readsIntegers(String field, long expected) throws Exception {
    AnyValue value = value(field);
    assertThat(value.getValueCase()).isEqualTo(AnyValue.ValueCase.INT_VALUE);
    assertThat(value.getIntValue()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"NaN\"|NaN",
        "\"Infinity\"|Infinity",
        "\"-Infinity\"|-Infinity",
        "-0.0|-0.0",
        "\"-0.0\"|-0.0",
        "3|3.0",
        "\"2.5e-3\"|0.0025",
        "5e-324|4.9E-324",
        "1.7976931348623157e308|1.7976931348623157E308"
      })
  void readsDoubles(String literal, double expected) throws Exception {
    AnyValue value = value("\"doubleValue\":" + literal);
    assertThat(value.getValueCase()).isEqualTo(AnyValue.ValueCase.DOUBLE_VALUE);
    assertThat(Double.doubleToRawLongBits(value.getDoubleValue()))
        .isEqualTo(Double.doubleToRawLongBits(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-_8A_g==", "-_8A_g", "+/8A/g==", "+/8A/g"})
  void readsBothAlphabetsOfBase64(String base64) throws Exception {
    assertThat(value("\"bytesValue\":\"" + base64 + "\"").getBytesValue().toByteArray())
        .isEqualTo(new byte[] {(byte) 0xfb, (byte) 0xff, 0, (byte) 0xfe});
  }

  @Test
  void keepsEmptyValuesApartFromNone() throws Exception {
    assertThat(value("").getValueCase()).isEqualTo(AnyValue.ValueCase.VALUE_NOT_SET);
    assertThat(value("\"stringValue\":\"\"").getValueCase())
        .isEqualTo(AnyValue.ValueCase.STRING_VALUE);
    assertThat(value("\"boolValue\":false").getValueCase())
        .isEqualTo(AnyValue.ValueCase.BOOL_VALUE);
    assertThat(value("\"arrayValue\":{}").getValueCase()).isEqualTo(AnyValue.ValueCase.ARRAY_VALUE);
    assertThat(value("\"intValue\":null").getValueCase())
        .isEqualTo(AnyValue.ValueCase.VALUE_NOT_SET);
  }

  @Test
  void replacesASurrogateWithoutItsPartner() throws Exception {
    assertThat(value("\"stringValue\":\"a\\ud83d\\ude00b\\ud83dc\\ude00\"").getStringValue())
        .isEqualTo("a\ud83d\ude00b\ufffdc\ufffd");
  }

  @Test
  void takesNamesOfEnumsToo() throws Exception {
    Span span = span("\"kind\":\"SPAN_KIND_CLIENT\",\"status\":{\"code\":\"STATUS_CODE_ERROR\"}");
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(span.getStatus().getCodeValue()).isEqualTo(2);
    assertThat(span("\"kind\":77").getKindValue()).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|line 1, column 1: expected an object",
        "{} {}|expected the end, found an object",
        "``|expected an object, found the end of the text",
        "{\"resourceSpans\":[[]]}|must be an object, found an array",
        "{\"resourceSpans\":\"many\"}|must be an array, found the string 'many'",
        "{\"resourceSpans\":2.5}|must be an array, found the number 2.5",
        "{\"resourceSpans\":{}}|ExportTraceServiceRequest.resourceSpans must be an array",
        "{\"resourceSpans\":[null]}|must be an object, found null",
        "{\"resourceSpans\":[{]}|line 1, column 20: Unexpected close marker ']': expected '}'",
        "{\"resourceSpans\":[{\"schemaUrl\":7}]}|ResourceSpans.schemaUrl must be a string",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"scope\":[]}]}]}|ScopeSpans.scope must be an object"
      })
  void refusesWhatIsNoRequest(String json, String message) {
    refuses(json, message);
  }

  /** The parser's own bounds; it says no place for them. */
  @Test
  void refusesWhatIsTooLongOrTooDeepWithItsPlace() {
    refuses(
        "{\"x\":\n" + "[".repeat(2000),
        "JSON at line 2, column 1001: Document nesting depth (1001) exceeds the maximum allowed"
            + " (1000)");
    refuses(
        "{\"resourceSpans\":" + "9".repeat(2000) + "}",
        "Number value length (2000) exceeds the maximum allowed (1000)");
    refuses("{\"" + "n".repeat(70_000) + "\":1}", "exceeds the maximum allowed (50000)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"traceId\":\"abc\"|Span.traceId has an odd number of hex digits",
        "\"traceId\":\"xyz0\"|Span.traceId must be hex digits",
        "\"traceId\":12|Span.traceId must be a hex string",
        "\"kind\":\"SERVER\"|Span.kind must be a number or one of [SPAN_KIND_UNSPECIFIED, SPAN_KIND_INTERNAL,",
        "\"kind\":2.5|Span.kind must be an integer",
        "\"kind\":4294967296|Span.kind is out of range",
        "\"flags\":-1|Span.flags is out of range",
        "\"flags\":4294967296|Span.flags is out of range",
        "\"startTimeUnixNano\":-1|Span.startTimeUnixNano is out of range",
        "\"startTimeUnixNano\":\"18446744073709551616\"|Span.startTimeUnixNano is out of range",
        "\"startTimeUnixNano\":1e999999999|Span.startTimeUnixNano is out of range",
        "\"startTimeUnixNano\":\"1e99999999999\"|Span.startTimeUnixNano must be a number",
        "\"startTimeUnixNano\":\"noon\"|Span.startTimeUnixNano must be a number",
        "\"startTimeUnixNano\":{}|Span.startTimeUnixNano must be an integer",
        "\"attributes\":[{\"value\":{\"boolValue\":1}}]|AnyValue.boolValue must be true or false",
        "\"attributes\":[{\"value\":{\"doubleValue\":1e999}}]|AnyValue.doubleValue is out of range",
        "\"attributes\":[{\"value\":{\"doubleValue\":\"0x1\"}}]|must be a number",
        "\"attributes\":[{\"value\":{\"bytesValue\":\"*\"}}]|AnyValue.bytesValue must be base64",
        "\"attributes\":[{\"value\":{\"intValue\":9223372036854775808}}]|is out of range"
      })
  void refusesWhatIsNoSpan(String fields, String message) {
    refuses(spanJson(fields), message);
  }

  @Test
  void namesLineAndColumn() {
    refuses("{\n  \"resourceSpans\": [\n    {\"schemaUrl\": false}]}", "line 3, column 19");
  }

  @Test
  void nestsAsDeepAsProtobufParsersAndNoDeeper() throws Exception {
    // The values of a span's attribute begin at depth 5; each array adds two messages.
    int fitting = (OtlpJson.MAX_MESSAGE_DEPTH - 5) / 2;
    Span span = span("\"attributes\":[{\"value\":" + nestedArrays(fitting) + "}]");
    AnyValue value = span.getAttributes(0).getValue();
    int depth = 0;
    while (value.getArrayValue().getValuesCount() > 0) {
      value = value.getArrayValue().getValues(0);
      depth++;
    }
    assertThat(depth).isEqualTo(fitting);
    refuses(
        spanJson("\"attributes\":[{\"value\":" + nestedArrays(fitting + 1) + "}]"),
        "nested deeper than 100");
  }

  @Test
  void unknownFieldsMayNotNestWithoutEnd() {
    refuses("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", "nesting depth");
  }

  @Test
  void everyPrefixIsRefused() throws Exception {
    byte[] whole = spanJson("\"name\":\"a\",\"kind\":2,\"events\":[{}]").getBytes(UTF_8);
    for (int length = 0; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> convert(prefix)).isInstanceOf(RequestRefusedException.class);
    }
    convert(whole);
  }

  private static String nestedArrays(int depth) {
    return "{\"arrayValue\":{\"values\":[".repeat(depth) + "{}" + "]}}".repeat(depth);
  }

  private static AnyValue value(String field) throws Exception {
    return span("\"attributes\":[{\"key\":\"k\",\"value\":{" + field + "}}]")
        .getAttributes(0)
        .getValue();
  }

  private static Span span(String fields) throws Exception {
    return read(spanJson(fields)).getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  private static String spanJson(String fields) {
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + fields + "}]}]}]}";
  }

  private static ExportTraceServiceRequest read(String json) throws Exception {
    return ExportTraceServiceRequest.parseFrom(convert(json.getBytes(UTF_8)));
  }

  private static void refuses(String json, String message) {
    assertThatThrownBy(() -> convert(json.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(RequestOutcome.INVALID);
              assertThat(e.reason()).matches("JSON at line [1-9].*").contains(message);
            });
  }

  /** Through a slice in the middle of an array, as a receiver may have it. */
  static byte[] convert(byte[] json) throws RequestRefusedException {
    byte[] around = new byte[json.length + 7];
    Arrays.fill(around, (byte) '{');
    System.arraycopy(json, 0, around, 3, json.length);
    ByteSlice bytes =
        OtlpJson.toProtobuf(new ByteSlice(around, 3, json.length), InFlightFixture.admission());
    return Arrays.copyOfRange(bytes.array(), bytes.offset(), bytes.offset() + bytes.length());
  }
}
