package io.tempo4j.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of the configuration file, read key by key; a missing mapping reads as an empty one.
 *
 * <p>Every key that is asked for is known thereby; {@link #close} reports those that nobody asked
 * for. Problems are collected, not thrown, so that one run names them all.
 */
final class ConfigSection implements AutoCloseable {

  private record Entry(Node key, Node value) {}

  private final String path;
  private final ConfigFindings findings;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Mark> taken = new HashMap<>();
  private final Map<String, ConfigSection> children = new LinkedHashMap<>();

  ConfigSection(String path, @Nullable Node node, ConfigFindings findings) {
    this.path = path;
    this.findings = findings;
    if (node instanceof MappingNode mapping) {
      addOwn(mapping);
      addMerged(mapping);
    } else if (node != null && !isNull(node)) {
      findings.problem(
          node.getStartMark(),
          (path.isEmpty() ? "the configuration" : "'" + path + "'")
              + " must be a mapping of keys to values");
    }
  }

  private void addOwn(MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (key.getTag().equals(Tag.MERGE)) {
        continue;
      }
      if (!(key instanceof ScalarNode name)) {
        findings.problem(key.getStartMark(), "a key must be a plain word");
        continue;
      }
      Entry first = entries.putIfAbsent(name.getValue(), new Entry(key, tuple.getValueNode()));
      if (first != null) {
        findings.problem(
            key.getStartMark(),
            "duplicate key '"
                + pathOf(name.getValue())
                + "', first given in line "
                + (first.key().getStartMark().getLine() + 1));
      }
    }
  }

  /** YAML's merge keys: entries of the referenced mappings count unless given here. */
  private void addMerged(MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        Node value = tuple.getValueNode();
        List<Node> sources = value instanceof SequenceNode list ? list.getValue() : List.of(value);
        for (Node source : sources) {
          if (source instanceof MappingNode merged && merged != mapping) {
            for (NodeTuple inherited : merged.getValue()) {
              if (inherited.getKeyNode() instanceof ScalarNode name) {
                entries.putIfAbsent(name.getValue(), new Entry(name, inherited.getValueNode()));
              }
            }
          } else {
            findings.problem(source.getStartMark(), "'<<' needs a mapping to merge");
          }
        }
      }
    }
  }

  /** True if the key is there, whatever its value; an empty value counts. */
  boolean has(String key) {
    findings.known(pathOf(key));
    return entries.containsKey(key) || taken.containsKey(key);
  }

  /** True if no key is there. */
  boolean isEmpty() {
    return entries.isEmpty() && taken.isEmpty();
  }

  /** The mapping under {@code key}; an empty one if it is missing or without a value. */
  ConfigSection section(String key) {
    ConfigSection known = children.get(key);
    if (known != null) {
      return known;
    }
    ConfigSection child = new ConfigSection(pathOf(key), take(key), findings);
    children.put(key, child);
    return child;
  }

  String string(String key, String fallback) {
    return parsed(key, fallback, Function.identity());
  }

  Secret secret(String key) {
    return parsed(key, Secret.NONE, Secret::new);
  }

  boolean bool(String key, boolean fallback) {
    return parsed(
        key,
        fallback,
        text ->
            switch (text) {
              case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON" -> true;
              case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF" ->
                  false;
              default ->
                  throw new IllegalArgumentException("expected true or false, got '" + text + "'");
            });
  }

  /**
   * A whole number. One that is not negative counts as the nearest that is possible here: what
   * Tempo takes must not keep a server from starting.
   */
  int integer(String key, int fallback, int min, int max) {
    return parsed(key, fallback, text -> (int) nearest(key, GoInteger.parse(text), min, max, text));
  }

  /** A size in bytes, bounded like {@link #integer}. */
  long bytes(String key, long fallback, long min, long max) {
    return parsed(key, fallback, text -> nearest(key, ByteSize.parse(text), min, max, text));
  }

  int port(String key, int fallback) {
    return parsed(
        key,
        fallback,
        text -> {
          long port = GoInteger.parse(text);
          if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("must be within 0 and 65535, got " + text);
          }
          return (int) port;
        });
  }

  private long nearest(String key, long value, long min, long max, String text) {
    if (value < 0) {
      throw new IllegalArgumentException("must be at least " + min + ", got " + text);
    }
    long nearest = Math.clamp(value, min, max);
    if (nearest != value) {
      note(key, "counts as " + nearest + ", got " + text);
    }
    return nearest;
  }

  /** A duration; as in Go, a number without a unit counts nanoseconds. */
  Duration duration(String key, Duration fallback) {
    return parsed(
        key,
        fallback,
        text -> {
          if (text.equals("0") || !GoInteger.looksLikeOne(text)) {
            return GoDuration.parse(text);
          }
          long nanos = GoInteger.parse(text);
          if (nanos < 0) {
            throw new IllegalArgumentException("must not be negative, got " + text);
          }
          note(key, "without a unit counts nanoseconds, as in Tempo, got " + text);
          return Duration.ofNanos(nanos);
        });
  }

  /** One of the constants of an enum, written in lower case. */
  <E extends Enum<E>> E choice(String key, E fallback) {
    E[] constants = fallback.getDeclaringClass().getEnumConstants();
    return parsed(
        key,
        fallback,
        text -> {
          for (E constant : constants) {
            if (constant.toString().equals(text)) {
              return constant;
            }
          }
          throw new IllegalArgumentException(
              "expected one of "
                  + Stream.of(constants).map(Enum::toString).collect(Collectors.joining(", "))
                  + ", got '"
                  + text
                  + "'");
        });
  }

  /** A scalar value; the parser says with an {@link IllegalArgumentException} what is wrong. */
  <T> T parsed(String key, T fallback, Function<String, T> parser) {
    Node value = take(key);
    if (value == null || isNull(value)) {
      return fallback;
    }
    if (!(value instanceof ScalarNode scalar)) {
      findings.problem(value.getStartMark(), "'" + pathOf(key) + "' must be a single value");
      return fallback;
    }
    try {
      return parser.apply(scalar.getValue());
    } catch (IllegalArgumentException e) {
      findings.problem(value.getStartMark(), "'" + pathOf(key) + "': " + e.getMessage());
      return fallback;
    }
  }

  /** A list of texts; a single value is one of its elements, or several between commas. */
  List<String> strings(String key) {
    Node value = take(key);
    if (value == null || isNull(value)) {
      return List.of();
    }
    if (value instanceof ScalarNode scalar) {
      return Stream.of(scalar.getValue().split(",", -1))
          .map(String::strip)
          .filter(element -> !element.isEmpty())
          .toList();
    }
    List<Node> elements = value instanceof SequenceNode list ? list.getValue() : List.of(value);
    List<String> strings = new ArrayList<>();
    for (Node element : elements) {
      if (element instanceof ScalarNode scalar) {
        strings.add(scalar.getValue());
      } else {
        findings.problem(
            element.getStartMark(), "'" + pathOf(key) + "' must be a list of single values");
      }
    }
    return List.copyOf(strings);
  }

  /**
   * Refuses a key of Tempo's that would be dangerous to ignore. Values that switch the feature off
   * are fine.
   */
  void refuse(String key, String reason) {
    Node value = take(key);
    if (value != null && !isOff(value)) {
      findings.problem(value.getStartMark(), "'" + pathOf(key) + "' " + reason);
    }
  }

  private static boolean isOff(Node node) {
    return switch (node) {
      case ScalarNode scalar ->
          isNull(node) || scalar.getValue().isEmpty() || scalar.getValue().equals("false");
      case MappingNode mapping ->
          mapping.getValue().stream().allMatch(tuple -> isOff(tuple.getValueNode()));
      case SequenceNode sequence -> sequence.getValue().isEmpty();
      default -> false;
    };
  }

  /** Reports a problem at a key that was read, or at no place if the key was not given. */
  void problem(String key, String message) {
    Mark mark = taken.get(key);
    String full = "'" + pathOf(key) + "': " + message;
    if (mark == null) {
      findings.problem(full);
    } else {
      findings.problem(mark, full);
    }
  }

  /** Says that the value of a key that was read does not mean what its author may think. */
  void note(String key, String message) {
    Mark mark = taken.get(key);
    if (mark != null) {
      findings.note(mark, "'" + pathOf(key) + "' " + message);
    }
  }

  private @Nullable Node take(String key) {
    findings.known(pathOf(key));
    Entry entry = entries.remove(key);
    if (entry == null) {
      return null;
    }
    taken.put(key, entry.key().getStartMark());
    return entry.value();
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** Reports the keys that nobody asked for, in this section and those below. */
  @Override
  public void close() {
    entries.forEach((key, entry) -> findings.unread(entry.key().getStartMark(), path, key));
    children.values().forEach(ConfigSection::close);
  }
}
