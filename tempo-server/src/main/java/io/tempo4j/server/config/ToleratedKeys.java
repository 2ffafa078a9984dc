package io.tempo4j.server.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keys that Tempo has and that mean nothing here, or not yet: they are accepted, with one warning.
 * The list is the resource {@code tolerated-keys.txt}; an entry covers everything below it.
 */
final class ToleratedKeys {

  private final Set<String> paths = new TreeSet<>();

  private ToleratedKeys() {}

  static ToleratedKeys load() {
    ToleratedKeys keys = new ToleratedKeys();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ToleratedKeys.class.getResourceAsStream("tolerated-keys.txt")),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(keys.paths::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the list of tolerated keys", e);
    }
    return keys;
  }

  /** True if the key at {@code path}, or one above it, is in the list. */
  boolean contains(String path) {
    for (int end = path.length(); end >= 0; end = path.lastIndexOf('.', end - 1)) {
      if (paths.contains(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  Set<String> paths() {
    return Set.copyOf(paths);
  }
}
