package io.tempo4j.server.messages;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;

/** Attributes as messages. */
final class AttributeMessages {

  private AttributeMessages() {}

  static KeyValue of(Attribute attribute) {
    return KeyValue.newBuilder().setKey(attribute.key()).setValue(of(attribute.value())).build();
  }

  private static AnyValue of(AttributeValue value) {
    AnyValue.Builder message = AnyValue.newBuilder();
    switch (value) {
      case AttributeValue.StringValue string -> message.setStringValue(string.value());
      case AttributeValue.IntValue number -> message.setIntValue(number.value());
      case AttributeValue.DoubleValue number -> message.setDoubleValue(number.value());
      case AttributeValue.BoolValue truth -> message.setBoolValue(truth.value());
      case AttributeValue.BytesValue bytes ->
          message.setBytesValue(ByteString.copyFrom(bytes.value()));
      case AttributeValue.ArrayValue array -> {
        ArrayValue.Builder values = message.getArrayValueBuilder();
        array.values().forEach(element -> values.addValues(of(element)));
      }
      case AttributeValue.MapValue map -> {
        KeyValueList.Builder entries = message.getKvlistValueBuilder();
        map.entries().forEach(entry -> entries.addValues(of(entry)));
      }
      case AttributeValue.EmptyValue nothing -> {}
    }
    return message.build();
  }
}
