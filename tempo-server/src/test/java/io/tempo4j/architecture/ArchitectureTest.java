package io.tempo4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {

  private static final String FIXTURES = "io.tempo4j.architecture.fixture";

  /** Its style is that of its generator. */
  private static final String GENERATED = "/io/tempo4j/server/tempopb/";

  /** A rule and the fixture class that a report of its breach names. */
  private record Wall(String name, ArchRule ours, ArchRule fixtures, String breach) {}

  private static Stream<Wall> walls() {
    var ours = new ArchitectureRules("io.tempo4j");
    var broken = new ArchitectureRules(FIXTURES);
    return Stream.of(
        new Wall(
            "the core sees only its own libraries",
            ours.coreSeesOnlyItsOwnLibraries(),
            broken.coreSeesOnlyItsOwnLibraries(),
            "model.SeesNetty"),
        new Wall(
            "protobuf stays at the edge",
            ours.protobufStaysAtTheEdge(),
            broken.protobufStaysAtTheEdge(),
            "engine.SeesProtobuf"),
        new Wall(
            "the language knows only the model",
            ours.languageKnowsOnlyTheModel(),
            broken.languageKnowsOnlyTheModel(),
            "traceql.SeesBlocks"),
        new Wall(
            "queries see no format",
            ours.queriesSeeNoFormat(),
            broken.queriesSeeNoFormat(),
            "query.SeesBlocks"),
        new Wall(
            "the WAL sees no sibling",
            ours.siblingsNeverSeeEachOther("wal", "storage.s3", "receivers"),
            broken.siblingsNeverSeeEachOther("wal", "storage.s3", "receivers"),
            "wal.SeesReceivers"),
        new Wall(
            "the S3 store sees no sibling",
            ours.siblingsNeverSeeEachOther("storage.s3", "wal", "receivers"),
            broken.siblingsNeverSeeEachOther("storage.s3", "wal", "receivers"),
            "storage.s3.SeesWal"),
        new Wall(
            "the receivers see no sibling",
            ours.siblingsNeverSeeEachOther("receivers", "wal", "storage.s3"),
            broken.siblingsNeverSeeEachOther("receivers", "wal", "storage.s3"),
            "receivers.SeesS3"),
        new Wall(
            "nothing depends on the server",
            ours.nothingDependsOnTheServer(),
            broken.nothingDependsOnTheServer(),
            "engine.SeesServer"),
        new Wall(
            "the API knows no transport",
            ours.apiKnowsNoTransport(),
            broken.apiKnowsNoTransport(),
            "server.api.SeesArmeria"),
        new Wall(
            "packages are free of cycles",
            ours.packagesAreFreeOfCycles(),
            broken.packagesAreFreeOfCycles(),
            "wal.SeesReceivers"),
        new Wall(
            "public signatures are ours",
            ours.publicSignaturesAreOurs(),
            broken.publicSignaturesAreOurs(),
            "engine.ShowsBitmaps"),
        new Wall(
            "receivers show their server alone",
            ours.receiversShowTheirServerAlone(),
            broken.receiversShowTheirServerAlone(),
            "receivers.ShowsNetty"),
        new Wall(
            "no static mutable state",
            ours.noStaticMutableState(),
            broken.noStaticMutableState(),
            "engine.RemembersStatically"),
        new Wall(
            "libraries do not print",
            ours.librariesDoNotPrint(),
            broken.librariesDoNotPrint(),
            "engine.Prints"),
        new Wall(
            "names say what things are",
            ours.namesSayWhatThingsAre(),
            broken.namesSayWhatThingsAre(),
            "engine.SpanHelper"));
  }

  @TestFactory
  Stream<DynamicTest> wallsHold() {
    JavaClasses classes = productionClasses();
    return walls()
        .map(wall ->
            DynamicTest.dynamicTest(
                wall.name(), () -> wall.ours().allowEmptyShould(false).check(classes)));
  }

  @TestFactory
  Stream<DynamicTest> wallsReportTheirBreach() {
    JavaClasses classes = new ClassFileImporter().importPackages(FIXTURES);
    return walls()
        .map(wall ->
            DynamicTest.dynamicTest(
                wall.name(),
                () ->
                    assertThat(wall.fixtures().evaluate(classes).getFailureReport().toString())
                        .contains(FIXTURES + "." + wall.breach())));
  }

  private static JavaClasses productionClasses() {
    return new ClassFileImporter()
        .withImportOption(ArchitectureTest::isProduction)
        .importPackages("io.tempo4j");
  }

  private static boolean isProduction(Location location) {
    return !location.contains("/test-classes/")
        && !location.contains("-tests.jar")
        && !location.contains(GENERATED);
  }
}
