package io.tempo4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/**
 * The walls between the packages, for a tree of packages below a base package. The project's own
 * base is {@code io.tempo4j}; a tree of fixtures that breaks every rule proves that each can fail.
 */
record ArchitectureRules(String base) {

  private static final String[] CORE = {
    "memory",
    "catalog",
    "model",
    "memory",
    "collect",
    "column",
    "block",
    "head",
    "storage",
    "traceql",
    "query",
    "compaction",
    "engine",
    "otlp"
  };

  private String[] trees(String... names) {
    return Stream.of(names).map(name -> base + "." + name + "..").toArray(String[]::new);
  }

  private DescribedPredicate<JavaClass> core() {
    return resideInAnyPackage(trees(CORE))
        .and(not(resideInAPackage(base + ".storage.s3..")))
        .as("tempo-core");
  }

  private DescribedPredicate<JavaClass> libraries() {
    return core()
        .or(resideInAnyPackage(trees("wal", "storage.s3", "receivers")))
        .as("the libraries");
  }

  /** A positive list: whatever is not named here, Netty to Guava, is out. */
  ArchRule coreSeesOnlyItsOwnLibraries() {
    return classes()
        .that(core())
        .should()
        .onlyDependOnClassesThat(
            core()
                .or(
                    resideInAnyPackage(
                        "java..",
                        "jdk.jfr..",
                        "org.jspecify.annotations..",
                        "org.roaringbitmap..",
                        "com.github.luben.zstd..",
                        "com.google.re2j..",
                        "com.google.protobuf..",
                        "io.opentelemetry.proto.."))
                .or(primitives())
                .as("tempo-core itself, the JDK and the libraries picked for tempo-core"))
        .because("a host JVM that embeds the core brings its own network and JSON libraries");
  }

  ArchRule protobufStaysAtTheEdge() {
    return noClasses()
        .that(core())
        .and(not(are(edge())))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.google.protobuf..", "io.opentelemetry.proto.."))
        .because("spans are columns everywhere but at the edge");
  }

  /** Where messages of protobuf may be named: the package of OTLP and the facade. */
  private DescribedPredicate<JavaClass> edge() {
    return resideInAPackage(base + ".otlp..")
        .or(equivalentTo(base + ".engine.TraceStore"))
        .as("the edge");
  }

  private static DescribedPredicate<JavaClass> equivalentTo(String name) {
    return DescribedPredicate.describe(name, type -> type.getName().equals(name));
  }

  ArchRule languageKnowsOnlyTheModel() {
    return noClasses()
        .that(resideInAPackage(base + ".traceql.."))
        .should()
        .dependOnClassesThat(
            resideInAPackage(base + "..").and(not(resideInAnyPackage(trees("traceql", "model")))))
        .because("the language knows no format");
  }

  ArchRule queriesSeeNoFormat() {
    return noClasses()
        .that(resideInAPackage(base + ".query.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage(trees("block", "head", "engine", "compaction")))
        .because("queries run over any source of row groups");
  }

  ArchRule siblingsNeverSeeEachOther(String module, String... siblings) {
    return noClasses()
        .that(resideInAPackage(base + "." + module + ".."))
        .should()
        .dependOnClassesThat(resideInAnyPackage(trees(siblings)))
        .because("each library beside the core can be left out");
  }

  ArchRule nothingDependsOnTheServer() {
    return noClasses()
        .that(not(resideInAPackage(base + ".server..")).as("reside outside the server"))
        .should()
        .dependOnClassesThat(resideInAPackage(base + ".server.."))
        .because("everything that a host JVM wants is in the libraries");
  }

  ArchRule apiKnowsNoTransport() {
    return noClasses()
        .that(resideInAPackage(base + ".server.api.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "com.linecorp.armeria..", "io.netty..", "io.grpc..", "com.google.protobuf..")
                .or(
                    resideInAPackage(base + ".server..")
                        .and(not(resideInAnyPackage(trees("server.api", "server.config"))))))
        .because("what a request means does not depend on what carries it");
  }

  ArchRule packagesAreFreeOfCycles() {
    return slices().matching(base + ".(**)").should().beFreeOfCycles();
  }

  ArchRule publicSignaturesAreOurs() {
    return classes()
        .that(core().or(resideInAnyPackage(trees("wal", "storage.s3"))))
        .and()
        .arePublic()
        .should(
            new OwnPublicSignatures(base, edge(), "com.google.protobuf", "io.opentelemetry.proto"))
        .because("a change of library must not be a change of the API");
  }

  /**
   * A receiver is attached to a server of Armeria, or to an SDK of OpenTelemetry; what it reads and
   * decodes with is its own.
   */
  ArchRule receiversShowTheirServerAlone() {
    return classes()
        .that(resideInAPackage(base + ".receivers.."))
        .and()
        .resideOutsideOfPackage(base + ".receivers.transport..") // the module does not export it
        .and()
        .arePublic()
        .should(
            new OwnPublicSignatures(
                base,
                resideInAPackage(base + ".receivers.."),
                "com.linecorp.armeria",
                "io.opentelemetry.sdk"))
        .because("a change of library must not be a change of the API");
  }

  ArchRule noStaticMutableState() {
    return fields()
        .that()
        .areDeclaredInClassesThat(resideInAPackage(base + ".."))
        .and()
        .areStatic()
        .should()
        .beFinal()
        .because("two stores in one JVM share nothing");
  }

  ArchRule librariesDoNotPrint() {
    return noClasses()
        .that(libraries())
        .should(ACCESS_STANDARD_STREAMS)
        .because("libraries log through System.Logger");
  }

  ArchRule namesSayWhatThingsAre() {
    return noClasses()
        .that()
        .resideInAPackage(base + "..")
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Impl");
  }

  private static DescribedPredicate<JavaClass> primitives() {
    return DescribedPredicate.describe(
        "primitives",
        type ->
            type.getBaseComponentType().isPrimitive() && (type.isPrimitive() || type.isArray()));
  }
}
