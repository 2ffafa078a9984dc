package io.tempo4j.server.messages;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.AttributeValue.ArrayValue;
import java.util.List;
import java.util.stream.Stream;

/**
 * Attributes as answers of searches show them. Clients put them into cells of tables, which hold a
 * text, a number or a truth value: an array of one of these is shown as its element; other arrays,
 * maps, bytes and nothing are left out.
 */
public final class SingleValues {

  private SingleValues() {}

  /** Those that can be shown, in the same order; {@code attributes} itself if all can, as it is. */
  public static List<Attribute> of(List<Attribute> attributes) {
    for (Attribute attribute : attributes) {
      if (!isSingle(attribute.value())) {
        return attributes.stream().flatMap(SingleValues::shown).toList();
      }
    }
    return attributes;
  }

  private static Stream<Attribute> shown(Attribute attribute) {
    AttributeValue value =
        attribute.value() instanceof ArrayValue array && array.values().size() == 1
            ? array.values().getFirst()
            : attribute.value();
    return isSingle(value) ? Stream.of(new Attribute(attribute.key(), value)) : Stream.empty();
  }

  private static boolean isSingle(AttributeValue value) {
    return switch (value) {
      case AttributeValue.StringValue text -> true;
      case AttributeValue.IntValue number -> true;
      case AttributeValue.DoubleValue number -> true;
      case AttributeValue.BoolValue truth -> true;
      case AttributeValue.BytesValue bytes -> false;
      case ArrayValue array -> false;
      case AttributeValue.MapValue map -> false;
      case AttributeValue.EmptyValue nothing -> false;
    };
  }
}
