package io.tempo4j.receivers.otlp;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message type as they appear in OTLP's JSON, derived from the type's descriptor:
 * whatever opentelemetry-proto has is there. Immutable once built.
 */
final class JsonShape {

  /** How a value is written in JSON and in protobuf. */
  enum Kind {
    MESSAGE,
    STRING,
    BYTES,
    HEX_ID,
    BOOL,
    ENUM,
    INT32,
    INT64,
    UINT32,
    FIXED32,
    FIXED64,
    DOUBLE
  }

  /**
   * One field.
   *
   * @param number in protobuf
   * @param kind of its value
   * @param repeated whether JSON has an array of values
   * @param hasPresence whether a default value differs from none, so that it must be written
   * @param message shape of the value if it is a message
   * @param numbersByName of an enum's values, in their order; empty otherwise
   */
  record Field(
      int number,
      Kind kind,
      boolean repeated,
      boolean hasPresence,
      @Nullable JsonShape message,
      Map<String, Integer> numbersByName) {}

  private static final Set<String> HEX_IDS = Set.of("trace_id", "span_id", "parent_span_id");

  private final String name;
  private final Map<String, Field> fields = new HashMap<>();

  private JsonShape(String name) {
    this.name = name;
  }

  /** The shape of that type and of all types in it. */
  static JsonShape of(Descriptor type) {
    return of(type, new HashMap<>());
  }

  private static JsonShape of(Descriptor type, Map<String, JsonShape> known) {
    JsonShape earlier = known.get(type.getFullName());
    if (earlier != null) {
      return earlier;
    }
    JsonShape shape = new JsonShape(type.getName());
    known.put(type.getFullName(), shape);
    for (FieldDescriptor descriptor : type.getFields()) {
      Field field = field(descriptor, known);
      shape.fields.put(descriptor.getJsonName(), field);
      shape.fields.put(descriptor.getName(), field);
    }
    return shape;
  }

  private static Field field(FieldDescriptor descriptor, Map<String, JsonShape> known) {
    Kind kind = kind(descriptor);
    Map<String, Integer> numbersByName = new LinkedHashMap<>();
    if (kind == Kind.ENUM) {
      for (EnumValueDescriptor value : descriptor.getEnumType().getValues()) {
        numbersByName.put(value.getName(), value.getNumber());
      }
    }
    return new Field(
        descriptor.getNumber(),
        kind,
        descriptor.isRepeated(),
        descriptor.isRepeated() || descriptor.hasPresence(),
        kind == Kind.MESSAGE ? of(descriptor.getMessageType(), known) : null,
        Collections.unmodifiableMap(numbersByName));
  }

  private static Kind kind(FieldDescriptor descriptor) {
    return switch (descriptor.getType()) {
      case MESSAGE -> Kind.MESSAGE;
      case STRING -> Kind.STRING;
      case BYTES -> HEX_IDS.contains(descriptor.getName()) ? Kind.HEX_ID : Kind.BYTES;
      case BOOL -> Kind.BOOL;
      case ENUM -> Kind.ENUM;
      case INT32 -> Kind.INT32;
      case INT64 -> Kind.INT64;
      case UINT32 -> Kind.UINT32;
      case FIXED32 -> Kind.FIXED32;
      case FIXED64 -> Kind.FIXED64;
      case DOUBLE -> Kind.DOUBLE;
      case FLOAT, GROUP, SFIXED32, SFIXED64, SINT32, SINT64, UINT64 ->
          throw new IllegalStateException("OTLP traces have no field like " + descriptor);
    };
  }

  /** Name of the message type. */
  String name() {
    return name;
  }

  /** The field of that name, in lowerCamelCase or as protobuf has it; null if unknown. */
  @Nullable Field field(String fieldName) {
    return fields.get(fieldName);
  }
}
