package io.tempo4j.block;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Writes and reads {@code meta.json}: one flat JSON object of strings and non-negative integers,
 * whose last member is the CRC32C of all bytes before that member's comma.
 */
final class MetaJson {

  private static final String FORMAT = "tempo4j-block";
  private static final Pattern MEMBER =
      Pattern.compile("\\s*\"([A-Za-z0-9]+)\"\\s*:\\s*(?:\"([^\"\\\\]*)\"|(\\d{1,20}))\\s*([,}])");
  private static final String CRC_MEMBER = ",\n  \"crc32c\": \"";

  private MetaJson() {}

  static byte[] write(BlockMeta meta) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("format", FORMAT);
    members.put("version", meta.version());
    members.put("tenant", meta.tenant().value());
    members.put("blockId", meta.blockId().toString());
    members.put("spans", meta.spans());
    members.put("traces", meta.traces());
    members.put("rowGroups", meta.rowGroups());
    // strings: unsigned 64-bit numbers are more than many JSON readers can take
    members.put("minStartNanos", Long.toUnsignedString(meta.minStartNanos()));
    members.put("maxEndNanos", Long.toUnsignedString(meta.maxEndNanos()));
    members.put("dataBytes", meta.dataBytes());
    members.put("indexBytes", meta.indexBytes());
    members.put("filterBytes", meta.filterBytes());
    members.put("compactionLevel", meta.compactionLevel());
    members.put("createdAt", meta.createdAt().toString());
    StringBuilder json = new StringBuilder("{");
    String separator = "\n";
    for (Map.Entry<String, Object> member : members.entrySet()) {
      json.append(separator).append("  \"").append(member.getKey()).append("\": ");
      if (member.getValue() instanceof String text) {
        json.append('"').append(text).append('"');
      } else {
        json.append(member.getValue());
      }
      separator = ",\n";
    }
    String crc = crc(json.toString().getBytes(StandardCharsets.UTF_8));
    json.append(CRC_MEMBER).append(crc).append("\"\n}\n");
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static BlockMeta read(byte[] bytes, String object) throws IOException {
    String json = new String(bytes, StandardCharsets.UTF_8);
    Map<String, String> members = members(json, object);
    Reader reader = new Reader(members, object);
    String format = reader.text("format");
    if (!format.equals(FORMAT)) {
      throw new CorruptBlockException(object, 0, "format " + FORMAT, format);
    }
    long version = reader.number("version");
    if (version < 1 || version > BlockFormat.VERSION) {
      throw new UnsupportedFormatException(object, BlockFormat.VERSION, (int) version);
    }
    int crcAt = json.lastIndexOf(CRC_MEMBER);
    String expected = crc(json.substring(0, Math.max(0, crcAt)).getBytes(StandardCharsets.UTF_8));
    String found = reader.text("crc32c");
    if (crcAt < 0 || !expected.equals(found)) {
      throw new CorruptBlockException(object, Math.max(0, crcAt), "crc32c " + expected, found);
    }
    try {
      return new BlockMeta(
          (int) version,
          new TenantId(reader.text("tenant")),
          UUID.fromString(reader.text("blockId")),
          reader.number("spans"),
          reader.number("traces"),
          (int) reader.number("rowGroups"),
          Long.parseUnsignedLong(reader.text("minStartNanos")),
          Long.parseUnsignedLong(reader.text("maxEndNanos")),
          reader.number("dataBytes"),
          reader.number("indexBytes"),
          reader.number("filterBytes"),
          (int) reader.number("compactionLevel"),
          Instant.parse(reader.text("createdAt")));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new CorruptBlockException(object, 0, "valid members", String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> members(String json, String object)
      throws CorruptBlockException {
    int at = json.indexOf('{') + 1;
    if (at == 0) {
      throw new CorruptBlockException(object, 0, "a JSON object", "no brace");
    }
    Map<String, String> members = new LinkedHashMap<>();
    Matcher matcher = MEMBER.matcher(json);
    while (true) {
      matcher.region(at, json.length());
      if (!matcher.lookingAt()) {
        throw new CorruptBlockException(
            object, at, "a member with a string or a number", "something else");
      }
      String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      if (members.put(matcher.group(1), value) != null) {
        throw new CorruptBlockException(
            object, at, "each member once", "a second " + matcher.group(1));
      }
      at = matcher.end();
      if (matcher.group(4).equals("}")) {
        return members;
      }
    }
  }

  private static String crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return String.format("%08x", crc.getValue());
  }

  private record Reader(Map<String, String> members, String object) {

    String text(String name) throws CorruptBlockException {
      String value = members.get(name);
      if (value == null) {
        throw new CorruptBlockException(object, 0, "member " + name, "none");
      }
      return value;
    }

    private static long requireNonNegative(long number) {
      if (number < 0) {
        throw new IllegalArgumentException("negative");
      }
      return number;
    }

    long number(String name) throws CorruptBlockException {
      String value = text(name);
      try {
        return requireNonNegative(Long.parseLong(value));
      } catch (IllegalArgumentException e) {
        throw new CorruptBlockException(object, 0, "a non-negative integer as " + name, value);
      }
    }
  }
}
