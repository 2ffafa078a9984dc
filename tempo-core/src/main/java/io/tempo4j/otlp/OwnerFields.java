package io.tempo4j.otlp;

/**
 * Decodes what spans belong to: Resource and InstrumentationScope messages, each rare enough to
 * allow an object.
 *
 * <p>Strings are ranges of the decoded buffer, with length 0 where the field is absent. Source:
 * resource.proto message Resource; common.proto message InstrumentationScope.
 */
@SuppressWarnings("PublicField") // a struct that is read once
public final class OwnerFields {
  public int nameOffset;
  public int nameLength;
  public int versionOffset;
  public int versionLength;
  public long droppedAttributes;

  /** The wire bytes of all {@code entity_refs} fields, tags included; empty if there are none. */
  public byte[] entityRefs = {};

  private OwnerFields() {}

  /**
   * Decodes a Resource message; its attributes go to {@code attributes}.
   *
   * @throws MalformedOtlpException if the bytes are no such message
   */
  public static OwnerFields resource(
      byte[] buffer, int offset, int length, AttributeSink attributes)
      throws MalformedOtlpException {
    OwnerFields fields = new OwnerFields();
    WireReader in = new WireReader(buffer, offset);
    int end = offset + length;
    WireWriter entityRefs = new WireWriter(0);
    while (in.position < end) {
      int tag = in.tag(end);
      switch (tag) {
        case 1 << 3 | WireReader.BYTES -> {
          int size = in.length(end);
          AttributeDecoder.decode(in, in.position + size, attributes);
        }
        case 2 << 3 | WireReader.VARINT -> fields.droppedAttributes = in.varint(end) & 0xffff_ffffL;
        case 3 << 3 | WireReader.BYTES -> {
          int size = in.length(end);
          entityRef(in, in.position + size, entityRefs);
        }
        default -> in.skip(tag, end);
      }
    }
    fields.entityRefs = entityRefs.toByteArray();
    return fields;
  }

  /**
   * Writes an EntityRef anew, so that every reader can parse it: its first four fields are texts.
   */
  private static void entityRef(WireReader in, int end, WireWriter out)
      throws MalformedOtlpException {
    int ref = out.begin(3);
    while (in.position < end) {
      int start = in.position;
      int tag = in.tag(end);
      if ((tag & 7) == WireReader.BYTES && tag >>> 3 <= 4) {
        int length = in.length(end);
        out.text(tag >>> 3, in.buffer, in.position, length);
        in.position += length;
      } else {
        in.skip(tag, end);
        out.raw(in.buffer, start, in.position - start);
      }
    }
    out.end(ref);
  }

  /**
   * Decodes an InstrumentationScope message; its attributes go to {@code attributes}.
   *
   * @throws MalformedOtlpException if the bytes are no such message
   */
  public static OwnerFields scope(byte[] buffer, int offset, int length, AttributeSink attributes)
      throws MalformedOtlpException {
    OwnerFields fields = new OwnerFields();
    WireReader in = new WireReader(buffer, offset);
    int end = offset + length;
    while (in.position < end) {
      int tag = in.tag(end);
      switch (tag) {
        case 1 << 3 | WireReader.BYTES -> {
          fields.nameLength = in.length(end);
          fields.nameOffset = in.position;
          in.position += fields.nameLength;
        }
        case 2 << 3 | WireReader.BYTES -> {
          fields.versionLength = in.length(end);
          fields.versionOffset = in.position;
          in.position += fields.versionLength;
        }
        case 3 << 3 | WireReader.BYTES -> {
          int size = in.length(end);
          AttributeDecoder.decode(in, in.position + size, attributes);
        }
        case 4 << 3 | WireReader.VARINT -> fields.droppedAttributes = in.varint(end) & 0xffff_ffffL;
        default -> in.skip(tag, end);
      }
    }
    return fields;
  }
}
