package io.tempo4j.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CatalogProperties {

  @Property(tries = 100)
  void nothingIsLostOrDoubledWhoeverRaces(@ForAll long seed) throws Exception {
    new RacingCatalogs(seed).run();
  }

  /** What the property is worth: there are commits, crashes, faults and objects cleaned up. */
  @Test
  void theRacesHaveEverything() throws Exception {
    int acknowledged = 0;
    int crashes = 0;
    int cleaned = 0;
    long faults = 0;
    for (int seed = 1; seed <= 10; seed++) {
      RacingCatalogs races = new RacingCatalogs(seed);
      races.run();
      acknowledged += races.acknowledgedCount();
      crashes += races.crashCount();
      cleaned += races.cleanedCount();
      faults += races.faultCount();
    }
    assertThat(acknowledged).isGreaterThan(100);
    assertThat(crashes).isGreaterThan(30);
    assertThat(cleaned).isGreaterThan(20);
    assertThat(faults).isGreaterThan(50);
  }

  @Test
  void aSeedGivesTheSameRaceAgain() throws Exception {
    RacingCatalogs one = new RacingCatalogs(7);
    RacingCatalogs two = new RacingCatalogs(7);
    one.run();
    two.run();
    assertThat(two.faultCount()).isEqualTo(one.faultCount());
    assertThat(two.crashCount()).isEqualTo(one.crashCount());
    assertThat(two.acknowledgedCount()).isEqualTo(one.acknowledgedCount());
  }
}
