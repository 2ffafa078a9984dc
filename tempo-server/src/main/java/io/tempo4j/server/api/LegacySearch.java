package io.tempo4j.server.api;

import io.tempo4j.server.config.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The search of the time before TraceQL: {@code a=b c="d e"} and how long a trace took.
 *
 * <p>Attributes that the old storage kept in columns of their own match by substring, all others by
 * equality; one span must match all of them.
 *
 * @param tags keys with values; a key may have any characters
 * @param minDuration of the whole trace
 * @param maxDuration of the whole trace
 */
public record LegacySearch(
    Map<String, String> tags, Optional<Duration> minDuration, Optional<Duration> maxDuration) {

  private static final Set<String> BY_SUBSTRING =
      Set.of(
          "service.name",
          "cluster",
          "namespace",
          "pod",
          "container",
          "k8s.cluster.name",
          "k8s.namespace.name",
          "k8s.pod.name",
          "k8s.container.name",
          "http.method",
          "http.url");

  /** What needs no quotes; a digit behind the dot would begin a number. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}._/:-]*");

  private static final Set<String> STATUSES = Set.of("ok", "error", "unset");

  /** Copies the tags in their order. */
  public LegacySearch {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }

  /**
   * Parses {@code logfmt} pairs.
   *
   * @throws BadRequestException if the text is no logfmt or a key comes twice
   */
  public static Map<String, String> parseTags(String text) throws BadRequestException {
    Map<String, String> tags = new LinkedHashMap<>();
    int i = 0;
    while (true) {
      while (i < text.length() && text.charAt(i) == ' ') {
        i++;
      }
      if (i == text.length()) {
        return tags;
      }
      int keyStart = i;
      while (i < text.length() && text.charAt(i) != '=' && text.charAt(i) != ' ') {
        if (text.charAt(i) == '"') {
          throw malformed(i, "unexpected '\"'");
        }
        i++;
      }
      String key = text.substring(keyStart, i);
      if (key.isEmpty()) {
        throw malformed(i, "unexpected '='");
      }
      StringBuilder value = new StringBuilder();
      if (i < text.length() && text.charAt(i) == '=') {
        i = value(text, i + 1, value);
      }
      if (tags.putIfAbsent(key, value.toString()) != null) {
        throw new BadRequestException("invalid tags: tag " + key + " has been set twice");
      }
    }
  }

  private static int value(String text, int start, StringBuilder value) throws BadRequestException {
    int i = start;
    if (i < text.length() && text.charAt(i) == '"') {
      for (i++; i < text.length() && text.charAt(i) != '"'; i++) {
        if (text.charAt(i) == '\\' && i + 1 < text.length()) {
          i++;
          value.append(
              switch (text.charAt(i)) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                default -> text.charAt(i);
              });
        } else {
          value.append(text.charAt(i));
        }
      }
      if (i == text.length()) {
        throw malformed(i, "unterminated quoted value");
      }
      return i + 1;
    }
    for (; i < text.length() && text.charAt(i) != ' '; i++) {
      if (text.charAt(i) == '"' || text.charAt(i) == '=') {
        throw malformed(i, "unexpected '" + text.charAt(i) + "'");
      }
      value.append(text.charAt(i));
    }
    return i;
  }

  private static BadRequestException malformed(int position, String what) {
    return new BadRequestException(
        "invalid tags: expected key=value pairs, " + what + " at position " + (position + 1));
  }

  /**
   * The TraceQL query that selects the same spans.
   *
   * @throws BadRequestException if a value cannot be meant by its key, a key is empty, or no trace
   *     can be so long and so short
   */
  public String traceQl() throws BadRequestException {
    checkDurations();
    List<String> conditions = new ArrayList<>();
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      conditions.add(condition(tag.getKey(), tag.getValue()));
    }
    minDuration.ifPresent(least -> conditions.add("traceDuration >= " + least.toNanos() + "ns"));
    maxDuration.ifPresent(most -> conditions.add("traceDuration <= " + most.toNanos() + "ns"));
    return conditions.isEmpty() ? "{}" : "{ " + String.join(" && ", conditions) + " }";
  }

  private void checkDurations() throws BadRequestException {
    if (minDuration.isPresent()
        && maxDuration.isPresent()
        && minDuration.get().compareTo(maxDuration.get()) > 0) {
      throw new BadRequestException(
          "invalid maxDuration: must be greater than minDuration. received minDuration="
              + GoDuration.format(minDuration.get())
              + " maxDuration="
              + GoDuration.format(maxDuration.get()));
    }
  }

  private static String condition(String key, String value) throws BadRequestException {
    switch (key) {
      case "" -> throw new BadRequestException("invalid tags: a tag has no name");
      case "status.code", "status" -> {
        if (STATUSES.contains(value)) {
          return "status = " + value;
        }
        throw new BadRequestException(
            "invalid tags: " + key + " must be one of ok, error, unset, got '" + value + "'");
      }
      case "root.service.name" -> {
        return "rootServiceName =~ " + containing(value);
      }
      case "root.name" -> {
        return "rootName =~ " + containing(value);
      }
      case "name" -> {
        return "name =~ " + containing(value);
      }
      case "http.status_code" -> {
        try {
          return ".http.status_code = " + Long.parseLong(value);
        } catch (NumberFormatException e) {
          throw new BadRequestException(
              "invalid tags: http.status_code must be a whole number, got '" + value + "'");
        }
      }
      default -> {
        String attribute = "." + quoteName(key);
        return BY_SUBSTRING.contains(key)
            ? attribute + " =~ " + containing(value)
            : attribute + " = " + quote(value);
      }
    }
  }

  /** In quotes, a name has escapes for quotes and backslashes alone. */
  private static String quoteName(String key) {
    return PLAIN_NAME.matcher(key).matches()
        ? key
        : '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A regular expression for any text with {@code part} in it, quoted. */
  private static String containing(String part) {
    StringBuilder regex = new StringBuilder(".*");
    for (int i = 0; i < part.length(); i++) {
      if ("\\.+*?()|[]{}^$".indexOf(part.charAt(i)) >= 0) {
        regex.append('\\');
      }
      regex.append(part.charAt(i));
    }
    return quote(regex.append(".*").toString());
  }

  private static String quote(String text) {
    return '"'
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
        + '"';
  }
}
