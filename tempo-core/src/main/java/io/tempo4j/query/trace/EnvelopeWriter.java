package io.tempo4j.query.trace;

import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.otlp.WireWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the resources or the scopes of one source as what surrounds spans in OTLP.
 *
 * <p>Field numbers: opentelemetry/proto/trace/v1/trace.proto, resource/v1/resource.proto and
 * common/v1/common.proto.
 */
abstract sealed class EnvelopeWriter {

  private final AttributeColumns attributes;
  private final @Nullable StringColumn schemaUrls;

  /** What surrounds spans: the fields that come before them and those that come behind. */
  record Envelope(byte[] before, byte[] behind) {}

  private EnvelopeWriter(NarrowColumns columns, @Nullable StringColumn schemaUrls)
      throws IOException {
    this.attributes = columns.attributes();
    this.schemaUrls = schemaUrls;
  }

  /** The resources in rows {@code fromRow .. toRow - 1}. */
  static EnvelopeWriter ofResources(TracePart part, int fromRow, int toRow) throws IOException {
    return new Resources(
        new NarrowColumns(part.table(Table.RESOURCE), Table.RESOURCE, fromRow, toRow));
  }

  /** The scopes in rows {@code fromRow .. toRow - 1}. */
  static EnvelopeWriter ofScopes(TracePart part, int fromRow, int toRow) throws IOException {
    return new Scopes(new NarrowColumns(part.table(Table.SCOPE), Table.SCOPE, fromRow, toRow));
  }

  /** The encoded owner and schema URL fields of a {@code ResourceSpans} or {@code ScopeSpans}. */
  final Envelope envelope(int row) throws IOException {
    WireWriter before = new WireWriter(256);
    int owner = before.begin(1);
    writeOwner(row, attributes, before);
    before.end(owner);
    WireWriter behind = new WireWriter(16);
    FieldWriter.text(3, schemaUrls, row, behind);
    return new Envelope(before.toByteArray(), behind.toByteArray());
  }

  abstract void writeOwner(int row, AttributeColumns attributes, WireWriter out) throws IOException;

  private static final class Resources extends EnvelopeWriter {
    private final @Nullable LongColumn droppedAttributes;
    private final @Nullable StringColumn entityRefs;

    Resources(NarrowColumns columns) throws IOException {
      super(columns, columns.strings(Fields.RESOURCE_SCHEMA_URL));
      droppedAttributes = columns.longs(Fields.RESOURCE_DROPPED_ATTRIBUTES);
      entityRefs = columns.strings(Fields.RESOURCE_ENTITY_REFS);
    }

    @Override
    void writeOwner(int row, AttributeColumns attributes, WireWriter out) throws IOException {
      attributes.write(row, 1, out);
      FieldWriter.number(2, droppedAttributes, row, out);
      int index = entityRefs == null ? -1 : entityRefs.indexOf(row);
      if (entityRefs != null && index >= 0) {
        Dictionary dictionary = entityRefs.dictionary();
        int code = entityRefs.code(index);
        out.raw(dictionary.bytes(code), dictionary.offset(code), dictionary.length(code));
      }
    }
  }

  private static final class Scopes extends EnvelopeWriter {
    private final @Nullable StringColumn names;
    private final @Nullable StringColumn versions;
    private final @Nullable LongColumn droppedAttributes;

    Scopes(NarrowColumns columns) throws IOException {
      super(columns, columns.strings(Fields.SCOPE_SCHEMA_URL));
      names = columns.strings(Fields.SCOPE_NAME);
      versions = columns.strings(Fields.SCOPE_VERSION);
      droppedAttributes = columns.longs(Fields.SCOPE_DROPPED_ATTRIBUTES);
    }

    @Override
    void writeOwner(int row, AttributeColumns attributes, WireWriter out) throws IOException {
      FieldWriter.text(1, names, row, out);
      FieldWriter.text(2, versions, row, out);
      attributes.write(row, 3, out);
      FieldWriter.number(4, droppedAttributes, row, out);
    }
  }
}
