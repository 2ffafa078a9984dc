package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.otlp.AnyValueReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class AnyScalarsProperties {

  @Property(tries = 500)
  void findsWhatTheDecodedValueHas(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] encoded = value(random, 0).toByteArray();
    if (random.nextInt(4) == 0) {
      // a second member, which counts
      encoded = concat(encoded, value(random, 0).toByteArray());
    }
    AttributeValue decoded = AnyValueReader.value(encoded, 0, encoded.length);
    List<Object> expected = new ArrayList<>();
    collect(decoded, expected);
    Found found = new Found();
    AnyScalars.of(encoded, 0, encoded.length, found);
    assertThat(found.values).isEqualTo(expected);
    Found inArray = new Found();
    AnyScalars.ofArray(encoded, 0, encoded.length, inArray);
    assertThat(inArray.values)
        .isEqualTo(decoded instanceof AttributeValue.ArrayValue ? expected : List.of());
  }

  private static void collect(AttributeValue value, List<Object> into) {
    if (value instanceof AttributeValue.StringValue text) {
      into.add(text.value());
    } else if (value instanceof AttributeValue.IntValue number) {
      into.add(number.value());
    } else if (value instanceof AttributeValue.ArrayValue array) {
      array.values().forEach(element -> collect(element, into));
    }
  }

  private static AnyValue value(Random random, int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (random.nextInt(depth < 4 ? 8 : 5)) {
      case 0 -> value.setStringValue("text " + random.nextInt(100));
      case 1 -> value.setIntValue(random.nextLong());
      case 2 -> value.setBoolValue(random.nextBoolean());
      case 3 -> value.setDoubleValue(random.nextDouble());
      case 4 -> value.setBytesValue(ByteString.copyFromUtf8("bytes"));
      case 5 ->
          value.setKvlistValue(
              KeyValueList.newBuilder()
                  .addValues(KeyValue.newBuilder().setKey("k").setValue(value(random, depth + 1))));
      default -> {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.addValues(value(random, depth + 1));
        }
        value.setArrayValue(array);
      }
    }
    return value.build();
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static final class Found implements AnyScalars.Sink {
    final List<Object> values = new ArrayList<>();

    @Override
    public void text(byte[] bytes, int offset, int length) {
      values.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public void integer(long value) {
      values.add(value);
    }
  }
}
