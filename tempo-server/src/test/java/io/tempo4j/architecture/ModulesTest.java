package io.tempo4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Resolves the libraries as named modules, as a host with a module path does. */
class ModulesTest {

  private static final Set<String> LIBRARIES =
      Set.of("io.tempo4j.core", "io.tempo4j.wal", "io.tempo4j.storage.s3", "io.tempo4j.receivers");

  /**
   * Jars for tests that are no modules: s3proxy names providers which it leaves out, those of
   * Jazzer share packages.
   */
  private static final List<String> NO_MODULES = List.of("s3proxy", "jazzer");

  private final ModuleFinder finder =
      ModuleFinder.of(
          Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
              .filter(entry -> !entry.contains("test-classes") && !entry.contains("-tests.jar"))
              .filter(entry -> NO_MODULES.stream().noneMatch(entry::contains))
              .map(Path::of)
              .toArray(Path[]::new));

  @Test
  void librariesResolveAsModules() {
    Configuration resolved =
        ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), LIBRARIES);

    for (String library : LIBRARIES) {
      assertThat(resolved.findModule(library)).isPresent();
      assertThat(descriptor(library).isAutomatic()).as(library).isFalse();
    }
  }

  @Test
  void coreHidesHowSpansAreKept() {
    assertThat(exports("io.tempo4j.core"))
        .contains("io.tempo4j.engine", "io.tempo4j.model", "io.tempo4j.storage")
        .doesNotContain("io.tempo4j.head", "io.tempo4j.block");
  }

  @Test
  void librariesBesideTheCoreRequireNoSibling() {
    for (String library : LIBRARIES) {
      assertThat(descriptor(library).requires())
          .extracting(ModuleDescriptor.Requires::name)
          .filteredOn(name -> name.startsWith("io.tempo4j."))
          .isSubsetOf("io.tempo4j.core");
    }
  }

  private Set<String> exports(String module) {
    return descriptor(module).exports().stream()
        .filter(export -> !export.isQualified())
        .map(ModuleDescriptor.Exports::source)
        .collect(Collectors.toSet());
  }

  private ModuleDescriptor descriptor(String module) {
    return finder.find(module).orElseThrow().descriptor();
  }
}
