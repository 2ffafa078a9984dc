package io.tempo4j.server.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tempo4j.model.TraceId;
import io.tempo4j.server.api.BadRequestException;
import java.io.IOException;
import java.util.Map;

/**
 * What a client wants to have compared: {@code
 * {"base":{"traceId":"…"},"compare":{"traceId":"…"},"format":"…"}}.
 *
 * <p>Names are read in letters of either case; what is not known is not read. {@code start} and
 * {@code end} of a trace are checked and not needed.
 *
 * @param base the trace to start from
 * @param compare the trace that is asked what is different in it
 * @param format the form of the answer
 */
record DiffRequest(TraceId base, TraceId compare, Format format) {

  /** Largest body that is read. */
  static final int MAX_BYTES = 64 << 10;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The forms of an answer. */
  enum Format {
    /** All differences. */
    PATCH("trace-patch-v0"),
    /** The differences at a glance. */
    SUMMARY("trace-summary-v0-native"),
    /** The differences at a glance, and all of them if they are not too many. */
    COMPOSED("trace-summary-v0-composed");

    private final String version;

    Format(String version) {
      this.version = version;
    }

    /** The name that clients ask for and that the answer begins with. */
    String version() {
      return version;
    }
  }

  /**
   * Reads a request.
   *
   * @throws BadRequestException if it says something else
   */
  static DiffRequest parse(byte[] body) throws BadRequestException {
    if (body.length > MAX_BYTES) {
      throw new BadRequestException(
          "a trace diff request has at most " + MAX_BYTES + " bytes, got " + body.length);
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new BadRequestException(
          at == null
              ? "invalid trace diff request: no JSON"
              : "invalid trace diff request: no JSON at line "
                  + at.getLineNr()
                  + ", col "
                  + at.getColumnNr()
                  + ": "
                  + e.getOriginalMessage());
    } catch (IOException e) {
      throw new BadRequestException("invalid trace diff request: no JSON");
    }
    if (!root.isObject()) {
      throw new BadRequestException("invalid trace diff request: expected an object");
    }
    return new DiffRequest(trace(root, "base"), trace(root, "compare"), format(root));
  }

  private static TraceId trace(JsonNode root, String side) throws BadRequestException {
    JsonNode trace = member(root, side);
    if (!trace.isObject()) {
      throw new BadRequestException(
          "invalid trace diff request: expected an object with a traceId as " + side);
    }
    JsonNode id = member(trace, "traceId");
    if (!id.isTextual()) {
      throw new BadRequestException(
          "invalid trace diff request: expected a string as traceId of " + side);
    }
    for (String time : new String[] {"start", "end"}) {
      JsonNode seconds = member(trace, time);
      if (!seconds.isMissingNode() && !seconds.isNull() && !seconds.canConvertToLong()) {
        throw new BadRequestException(
            "invalid trace diff request: expected whole Unix seconds as " + time + " of " + side);
      }
    }
    try {
      return TraceId.parse(id.textValue());
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(side + ": " + e.getMessage());
    }
  }

  private static Format format(JsonNode root) throws BadRequestException {
    JsonNode format = member(root, "format");
    if (format.isMissingNode() || format.isNull() || format.asText().isEmpty()) {
      return Format.PATCH;
    }
    for (Format known : Format.values()) {
      if (format.isTextual() && format.textValue().equals(known.version())) {
        return known;
      }
    }
    throw new BadRequestException(
        "invalid trace diff request: unsupported format "
            + format
            + ", expected trace-patch-v0, trace-summary-v0-native or trace-summary-v0-composed");
  }

  private static JsonNode member(JsonNode object, String name) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (member.getKey().equalsIgnoreCase(name)) {
        return member.getValue();
      }
    }
    return object.path(name);
  }
}
