package io.tempo4j.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Makes a checked configuration out of a file's text. */
public final class ConfigLoader {

  /**
   * A configuration and what should be said about it.
   *
   * @param config the checked configuration
   * @param warnings what its author should know, one sentence each
   */
  public record Loaded(TempoConfig config, List<String> warnings) {}

  private ConfigLoader() {}

  /** The configuration of a process that was given none. */
  public static Loaded embedded() {
    try (InputStream in =
        Objects.requireNonNull(ConfigLoader.class.getResourceAsStream("default.yaml"))) {
      return parse("default.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the embedded configuration", e);
    } catch (ConfigException e) {
      throw new IllegalStateException("the embedded configuration is wrong", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException if the file cannot be read or its content cannot be used
   */
  public static Loaded file(Path file) throws ConfigException {
    String text = text(file);
    try {
      return parse(file.toString(), text);
    } catch (ConfigException e) {
      throw text.contains("${")
          ? new ConfigException(
              e.getMessage() + "\n${…} in the file is replaced only with -config.expand-env")
          : e;
    }
  }

  /**
   * Reads a file in which references to the environment are replaced first.
   *
   * @param environment gives the value of a name, null if it is not set
   * @throws ConfigException if the file cannot be read or its content cannot be used
   */
  public static Loaded expandedFile(Path file, Function<String, @Nullable String> environment)
      throws ConfigException {
    EnvironmentExpansion expansion = new EnvironmentExpansion(environment);
    String expanded;
    try {
      expanded = expansion.expand(text(file));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
    Loaded loaded = parse(file.toString(), expanded);
    List<String> warnings = new ArrayList<>(loaded.warnings());
    for (String name : expansion.unsetNames()) {
      warnings.add("environment variable " + name + " is not set; it was replaced by nothing");
    }
    return new Loaded(loaded.config(), List.copyOf(warnings));
  }

  /**
   * Checks the roles that the command line asks for.
   *
   * @throws ConfigException if this process cannot play them
   */
  public static void checkTarget(String target) throws ConfigException {
    try {
      TempoConfigReader.checkTarget(target);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  private static String text(Path file) throws ConfigException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("configuration file " + file + " does not exist");
    } catch (CharacterCodingException e) {
      throw new ConfigException("configuration file " + file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException("cannot read configuration file " + file + ": " + e.getMessage());
    }
  }

  /**
   * Reads a text.
   *
   * @param name stands before positions in messages
   * @throws ConfigException if the text is no YAML, has unknown or duplicate keys or values that
   *     cannot be used
   */
  public static Loaded parse(String name, String text) throws ConfigException {
    ConfigFindings findings = new ConfigFindings(name, ToleratedKeys.load());
    TempoConfig config;
    try (ConfigSection root = new ConfigSection("", compose(name, text), findings)) {
      config = TempoConfigReader.read(root);
    }
    findings.throwIfAny();
    List<String> warnings = new ArrayList<>(findings.notes());
    if (!findings.withoutEffect().isEmpty()) {
      warnings.add(
          "these keys are accepted but have no effect: "
              + String.join(", ", findings.withoutEffect()));
    }
    if (config.receivers().otlpGrpc().isEmpty() && config.receivers().otlpHttp().isEmpty()) {
      warnings.add("no OTLP receiver is configured: spans can only be read, none can come in");
    }
    return new Loaded(config, List.copyOf(warnings));
  }

  private static @Nullable Node compose(String name, String text) throws ConfigException {
    try {
      // Positions are kept by nodes only, not by maps.
      return new Yaml(new LoaderOptions()).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      String problem = e.getProblem() == null ? String.valueOf(e.getContext()) : e.getProblem();
      throw new ConfigException(
          e.getProblemMark() == null
              ? name + ": " + problem
              : name
                  + ":"
                  + (e.getProblemMark().getLine() + 1)
                  + ":"
                  + (e.getProblemMark().getColumn() + 1)
                  + ": "
                  + problem);
    } catch (YAMLException e) {
      throw new ConfigException(name + ": " + e.getMessage());
    }
  }
}
