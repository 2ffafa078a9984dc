package io.tempo4j.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.yaml.snakeyaml.error.Mark;

/** What is found while one configuration is read: problems, unknown keys, keys without effect. */
final class ConfigFindings {

  private record UnknownKey(Mark mark, String section, String key) {}

  private final String file;
  private final ToleratedKeys tolerated;
  private final List<String> problems = new ArrayList<>();
  private final List<UnknownKey> unknown = new ArrayList<>();
  private final List<String> withoutEffect = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final TreeSet<String> knownPaths = new TreeSet<>();

  ConfigFindings(String file, ToleratedKeys tolerated) {
    this.file = file;
    this.tolerated = tolerated;
    knownPaths.addAll(tolerated.paths());
  }

  void problem(Mark mark, String message) {
    problems.add(at(mark) + message);
  }

  void problem(String message) {
    problems.add(message);
  }

  /** Says that a value does not mean what its author may think. */
  void note(Mark mark, String message) {
    notes.add(at(mark) + message);
  }

  /** Notes that the reader asks for the key at {@code path}. */
  void known(String path) {
    knownPaths.add(path);
  }

  /** Decides about a key that nobody asked for. */
  void unread(Mark mark, String section, String key) {
    String path = section.isEmpty() ? key : section + "." + key;
    if (tolerated.contains(path)) {
      withoutEffect.add(path + " (line " + (mark.getLine() + 1) + ")");
    } else {
      unknown.add(new UnknownKey(mark, section, key));
    }
  }

  /** What was noted about values, each with its place. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Keys of Tempo that were given but mean nothing here, each with its line. */
  List<String> withoutEffect() {
    return List.copyOf(withoutEffect);
  }

  /**
   * Fails if anything was wrong. To be called when everything was read: only then all keys are
   * known.
   */
  void throwIfAny() throws ConfigException {
    List<String> all = new ArrayList<>(problems);
    for (UnknownKey key : unknown) {
      String where = key.section().isEmpty() ? "" : " in section " + key.section();
      all.add(at(key.mark()) + "unknown key '" + key.key() + "'" + where + suggestion(key));
    }
    if (!all.isEmpty()) {
      throw new ConfigException(all);
    }
  }

  private String at(Mark mark) {
    return file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1) + ": ";
  }

  private String suggestion(UnknownKey key) {
    // The same name elsewhere is a better guess than a similar one here: indentation was wrong.
    for (String path : knownPaths) {
      if (path.endsWith("." + key.key()) || path.equals(key.key())) {
        return "; did you mean '" + path + "'?";
      }
    }
    String prefix = key.section().isEmpty() ? "" : key.section() + ".";
    String nearest = "";
    int nearestDistance = Integer.MAX_VALUE;
    for (String path : knownPaths) {
      String name = path.substring(path.startsWith(prefix) ? prefix.length() : 0);
      if (path.startsWith(prefix) && name.indexOf('.') < 0) {
        int distance = distance(key.key(), name);
        if (distance < nearestDistance) {
          nearestDistance = distance;
          nearest = name;
        }
      }
    }
    return nearest.isEmpty() ? "" : "; the nearest known key is '" + nearest + "'";
  }

  /** Levenshtein's distance with two rows. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
