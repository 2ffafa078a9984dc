package io.tempo4j.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.List;

/**
 * The JSON mapping of protobuf, by reflection over generated classes: slow, obvious, independent.
 */
final class ProtobufJson {

  private ProtobufJson() {}

  static ObjectNode of(Message message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    message
        .getAllFields()
        .forEach((field, value) -> {
          if (field.isMapField()) {
            ObjectNode map = json.putObject(field.getJsonName());
            FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
            FieldDescriptor entryValue = field.getMessageType().findFieldByNumber(2);
            ((List<?>) value)
                .forEach(element -> {
                  Message entry = (Message) element;
                  map.set(
                      (String) entry.getField(key), value(entryValue, entry.getField(entryValue)));
                });
          } else if (field.isRepeated()) {
            ArrayNode array = json.putArray(field.getJsonName());
            ((List<?>) value).forEach(element -> array.add(value(field, element)));
          } else {
            json.set(field.getJsonName(), value(field, value));
          }
        });
    return json;
  }

  private static JsonNode value(FieldDescriptor field, Object value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case Message message -> of(message);
      case EnumValueDescriptor constant ->
          constant.getIndex() < 0
              ? nodes.numberNode(constant.getNumber())
              : nodes.textNode(constant.getName());
      case ByteString bytes ->
          nodes.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case String text -> nodes.textNode(text);
      case Boolean truth -> nodes.booleanNode(truth);
      case Integer number ->
          nodes.numberNode(
              field.getType() == FieldDescriptor.Type.INT32
                  ? number.longValue()
                  : Integer.toUnsignedLong(number));
      case Long number ->
          nodes.textNode(
              field.getType() == FieldDescriptor.Type.INT64
                  ? Long.toString(number)
                  : Long.toUnsignedString(number));
      case Double number ->
          Double.isFinite(number) ? nodes.numberNode(number) : nodes.textNode(number.toString());
      default -> throw new AssertionError(field + " = " + value);
    };
  }
}
