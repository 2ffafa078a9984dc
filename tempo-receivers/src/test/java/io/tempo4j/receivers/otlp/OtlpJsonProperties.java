package io.tempo4j.receivers.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.receivers.RequestRefusedException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random messages, written as JSON by an independent writer, come back as they were. */
final class OtlpJsonProperties {

  private static final Set<String> HEX = Set.of("trace_id", "span_id", "parent_span_id");
  private static final int MAX_DEPTH = 12;

  @Property(tries = 300)
  void jsonKeepsEveryFieldOfOtlp(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Message message = random(ExportTraceServiceRequest.newBuilder(), random, 0);
    StringBuilder json = new StringBuilder();
    write(json, message, random);
    byte[] bytes = OtlpJsonTest.convert(json.toString().getBytes(UTF_8));
    assertThat(ExportTraceServiceRequest.parseFrom(bytes)).as(json.toString()).isEqualTo(message);
  }

  @Property(tries = 1_000)
  void damagedJsonIsRefusedOrReadNeverWorse(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder json = new StringBuilder();
    write(json, random(ExportTraceServiceRequest.newBuilder(), random, 4), random);
    byte[] bytes = json.toString().getBytes(UTF_8);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    try {
      byte[] protobuf = OtlpJsonTest.convert(bytes);
      assertThat(ExportTraceServiceRequest.parseFrom(protobuf)).isNotNull();
    } catch (RequestRefusedException e) {
      assertThat(e.reason()).startsWith("JSON");
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError("wrote something that is no OTLP", e);
    }
  }

  private static Message random(Message.Builder builder, Random random, int depth) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (random.nextInt(3) == 0 || (message && depth > MAX_DEPTH)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(message && depth > 4 ? 2 : 3); i > 0; i--) {
          builder.addRepeatedField(field, value(builder, field, random, depth));
        }
      } else {
        builder.setField(field, value(builder, field, random, depth));
      }
    }
    return builder.build();
  }

  private static Object value(
      Message.Builder builder, FieldDescriptor field, Random random, int depth) {
    return switch (field.getJavaType()) {
      case MESSAGE -> random(builder.newBuilderForField(field), random, depth + 1);
      case STRING -> text(random);
      case BYTE_STRING -> ByteString.copyFrom(randomBytes(random));
      case BOOLEAN -> random.nextBoolean();
      case INT -> extreme(random, random.nextInt(), 0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG ->
          switch (random.nextInt(5)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> -1L;
            case 3 -> 0L;
            default -> random.nextLong();
          };
      case DOUBLE ->
          switch (random.nextInt(6)) {
            case 0 -> Double.NaN;
            case 1 -> Double.NEGATIVE_INFINITY;
            case 2 -> -0.0;
            case 3 -> Double.MIN_VALUE;
            case 4 -> (double) random.nextInt();
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300);
          };
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case FLOAT -> throw new AssertionError("OTLP traces have no float: " + field);
    };
  }

  private static Integer extreme(Random random, int any, int... extremes) {
    int choice = random.nextInt(extremes.length + 1);
    return choice == extremes.length ? any : extremes[choice];
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(20) == 0 ? 300 : random.nextInt(12);
    for (int i = 0; i < length; i++) {
      int point =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> 0x80 + random.nextInt(0x700);
            case 2 -> 0x1f300 + random.nextInt(0x300);
            case 3 -> 0xe000 + random.nextInt(0x1ff0);
            default -> 0x20 + random.nextInt(0x5f);
          };
      text.appendCodePoint(point);
    }
    return text.toString();
  }

  // ---- the writer: ProtoJSON with OTLP's deviations ----

  private static void write(StringBuilder json, Message message, Random random) {
    json.append('{');
    String separator = "";
    if (random.nextInt(8) == 0) {
      json.append("\"fieldOfTomorrow\":{\"a\":[1,\"}\",{\"traceId\":7}]}");
      separator = ",";
    }
    for (var entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      json.append(separator).append('"').append(field.getJsonName()).append("\":");
      separator = ", ";
      if (field.isRepeated()) {
        json.append('[');
        String comma = "";
        for (Object element : (java.util.List<?>) entry.getValue()) {
          json.append(comma);
          writeValue(json, field, element, random);
          comma = ",";
        }
        json.append(']');
      } else {
        writeValue(json, field, entry.getValue(), random);
      }
    }
    json.append('}');
  }

  private static void writeValue(
      StringBuilder json, FieldDescriptor field, Object value, Random random) {
    switch (field.getType()) {
      case MESSAGE -> write(json, (Message) value, random);
      case STRING -> quote(json, (String) value, random);
      case BYTES -> {
        byte[] bytes = ((ByteString) value).toByteArray();
        String hex = HexFormat.of().formatHex(bytes);
        json.append('"')
            .append(
                !HEX.contains(field.getName())
                    ? Base64.getEncoder().encodeToString(bytes)
                    : random.nextBoolean() ? hex : hex.toUpperCase(java.util.Locale.ROOT))
            .append('"');
      }
      case ENUM -> {
        EnumValueDescriptor constant = (EnumValueDescriptor) value;
        if (random.nextInt(10) == 0) {
          json.append('"').append(constant.getName()).append('"');
        } else {
          json.append(constant.getNumber());
        }
      }
      case FIXED64 -> number(json, Long.toUnsignedString((Long) value), random);
      case INT64 -> number(json, value.toString(), random);
      case UINT32, FIXED32 -> number(json, Integer.toUnsignedString((Integer) value), random);
      case DOUBLE -> {
        if (Double.isFinite((Double) value)) {
          number(json, value.toString(), random);
        } else {
          json.append('"').append(value).append('"');
        }
      }
      default -> json.append(value);
    }
  }

  private static void number(StringBuilder json, String digits, Random random) {
    String quote = random.nextBoolean() ? "\"" : "";
    json.append(quote).append(digits).append(quote);
  }

  private static void quote(StringBuilder json, String text, Random random) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean surrogate = Character.isSurrogate(c);
      if (c < 0x20 || c == '"' || c == '\\' || (!surrogate && random.nextInt(10) == 0)) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
