package io.tempo4j.query.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.ByteSink;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Partial results as bytes: what goes in comes out, old bytes are read, hostile ones refused. */
class MetricsPartialTest {

  private static final long SECOND = 1_000_000_000L;

  private final MetricsEngine engine = new MetricsEngine();

  /** Each function, so each kind of cell and of group. */
  private static final List<String> QUERIES =
      List.of(
          "{ } | rate()",
          "{ } | count_over_time() by (resource.a, status)",
          "{ } | min_over_time(span.a) by (kind)",
          "{ } | sum_over_time(duration) by (span.b)",
          "{ } | quantile_over_time(duration, .5, .9) by (name)",
          "{ } | compare({ status = error }, 3)",
          "({ } | rate() by (name)) / ({ } | rate())");

  private static MetricsRequest request(String query) {
    return MetricsRequest.range(query, RandomSpans.BASE, RandomSpans.BASE + 2 * SECOND, SECOND / 2)
        .withExemplars(6);
  }

  private MetricsPartial partial(String query, long seed) throws IOException {
    List<PlainSpan> spans = RandomSpans.of(seed).spans(40);
    ListSource source = new ListSource("source", spans, ListSource.Layout.BLOCK);
    return engine.evaluate(List.of(source), request(query), QueryContext.unbounded());
  }

  /**
   * A line is a query, the bytes of its partial, and the series made of it. Lines are never written
   * anew; a later version gets lines of its own.
   */
  @Test
  void bytesOfTheFirstVersionAreRead() throws IOException {
    List<String> lines = golden("metrics-partials-v1.txt");
    assertThat(lines).hasSize(QUERIES.size());
    for (String line : lines) {
      String[] parts = line.split("\t");
      byte[] bytes = HexFormat.of().parseHex(parts[1]);
      MetricsPartial partial = MetricsPartial.decode(bytes);
      assertThat(shown(engine.finish(request(parts[0]), partial))).isEqualTo(parts[2]);
      assertThat(partial.encode()).isEqualTo(bytes);
    }
  }

  @Test
  void bytesOfTheSecondVersionAreReadAndNameWhatIsMissing() throws IOException {
    for (String line : golden("metrics-partials-v2.txt")) {
      String[] parts = line.split("\t");
      byte[] bytes = HexFormat.of().parseHex(parts[1]);
      MetricsPartial partial = MetricsPartial.decode(bytes);
      MetricsResult result = engine.finish(request(parts[0]), partial);
      assertThat(shown(result)).isEqualTo(parts[2]);
      assertThat(result.coverage().missingBlocks()).containsExactly(parts[3].split(","));
      assertThat(partial.encode()).isEqualTo(bytes);
    }
  }

  private static String shown(MetricsResult result) {
    return result.axis()
        + " "
        + result.stats()
        + result.series().stream()
            .map(series ->
                " " + series.labels() + Arrays.toString(series.values()) + series.exemplars())
            .collect(Collectors.joining());
  }

  private static List<String> golden(String file) throws IOException {
    try (InputStream in = MetricsPartialTest.class.getResourceAsStream("/golden/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Property(tries = 40)
  void whatIsWrittenIsRead(@ForAll long seed) throws IOException {
    for (String query : QUERIES) {
      MetricsPartial partial = partial(query, seed);
      MetricsPartial read = MetricsPartial.decode(partial.encode());
      assertThat(read.encode()).as(query).isEqualTo(partial.encode());
      assertThat(shown(engine.finish(request(query), read)))
          .as(query)
          .isEqualTo(shown(engine.finish(request(query), partial)));
    }
  }

  @Property(tries = 60)
  void damagedBytesAreRefused(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = partial(QUERIES.get(random.nextInt(QUERIES.size())), seed).encode();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

    assertThatThrownBy(() -> MetricsPartial.decode(bytes))
        .isInstanceOf(CorruptBlockException.class);
  }

  /** With a right checksum, as an attacker would make it: refused, or read without harm. */
  @Property(tries = 500)
  void forgedBytesDoNoHarm(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    String query = QUERIES.get(random.nextInt(QUERIES.size()));
    byte[] bytes = partial(query, seed).encode();
    ByteSink forged = new ByteSink();
    int kept = random.nextInt(6) == 0 ? random.nextInt(bytes.length - 4) : bytes.length - 4;
    for (int i = 0; i < kept; i++) {
      forged.putByte(random.nextInt(40) == 0 ? random.nextInt(256) : bytes[i]);
    }
    forged.putCrc32c(0);
    MetricsPartial read;
    try {
      read = MetricsPartial.decode(forged.toByteArray());
    } catch (CorruptBlockException refused) {
      return;
    }
    MetricsPartial all = partial(query, seed);
    try {
      all.add(read);
      engine.finish(request(query), all);
    } catch (IllegalArgumentException another) {
      assertThat(another).hasMessageContaining("not of the same request");
    }
  }

  @Test
  void arbitraryBytesAreRefused() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      assertThatThrownBy(() -> MetricsPartial.decode(bytes))
          .isInstanceOf(CorruptBlockException.class);
    }
  }

  /** A few bytes must not claim the room of many groups and buckets. */
  @Test
  void roomIsGivenForCellsThatAreThere() throws IOException {
    ByteSink sink = new ByteSink();
    sink.putIntLE(0x504D3454);
    sink.putByte(1);
    sink.putVarint(0);
    sink.putVarint(1);
    sink.putVarint(MetricsRequest.MAX_BUCKETS);
    for (int i = 0; i < 7; i++) {
      sink.putVarint(0);
    }
    sink.putVarint(1);
    sink.putByte(3);
    sink.putByte(1);
    sink.putByte(1);
    sink.putVarint(0);
    sink.putVarint(0);
    sink.putVarint(2000);
    for (int group = 0; group < 2000; group++) {
      sink.putVarint(group);
    }
    sink.putVarint(0);
    sink.putVarint(0);
    sink.putCrc32c(0);

    MetricsPartial partial = MetricsPartial.decode(sink.toByteArray());

    assertThat(partial.heapBytes()).isLessThan(1 << 18);
  }

  @Test
  void partialsOfOtherRequestsAreRefused() throws IOException {
    MetricsPartial rate = partial("{ } | rate()", 1);

    for (String other :
        List.of(
            "{ } | rate() by (name)",
            "{ } | min_over_time(duration)",
            "({ } | rate()) + ({ } | rate())")) {
      assertThatThrownBy(() -> rate.add(partial(other, 1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> engine.finish(request(other), rate))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> rate.add(engine.nothing(MetricsRequest.instant("{ } | rate()", 0, 1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void finishingLeavesThePartialAsItIs() throws IOException {
    MetricsRequest request = request("{ } | count_over_time() by (name) | topk(1)");
    MetricsPartial partial = partial(request.query(), 3);
    byte[] before = partial.encode();

    engine.finish(request, partial);

    assertThat(partial.encode()).isEqualTo(before);
  }
}
