package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.model.CorruptBlockException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

  private static final String OBJECT = "tenant/block/filter";

  private record Filter(byte[] shards, FilterDirectory directory) {

    static Filter of(FilterWriter writer) throws CorruptBlockException {
      ByteSink shards = new ByteSink();
      ByteSink directory = new ByteSink();
      writer.finish(shards, directory);
      Filter filter =
          new Filter(
              shards.toByteArray(),
              FilterDirectory.read(directory.array(), 0, directory.size(), OBJECT, 0));
      assertThat(filter.directory.totalBytes()).isEqualTo(shards.size());
      return filter;
    }

    FilterShard shardFor(long key) throws CorruptBlockException {
      int shard = directory.shardOf(key);
      return FilterShard.read(
          shards, (int) directory.offset(shard), directory.length(shard), OBJECT, 0);
    }

    boolean mayContain(long key) throws CorruptBlockException {
      return shardFor(key).mayContain(key);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 10, 24, 25, 26, 30, 64, 100, 1000, 10_000, 60_000})
  void everyAddedKeyIsFoundAndFewOthersAre(int count) throws CorruptBlockException {
    Random random = new Random(count);
    FilterWriter writer = new FilterWriter();
    long[] keys = random.longs(count).toArray();
    for (long key : keys) {
      writer.add(key);
    }
    Filter filter = Filter.of(writer);
    FilterShard[] shards = new FilterShard[filter.directory().shardCount()];
    for (int i = 0; i < shards.length; i++) {
      shards[i] = filter.shardFor((long) i << 63);
    }
    for (long key : keys) {
      assertThat(shards[filter.directory().shardOf(key)].mayContain(key)).isTrue();
    }
    int wrong = 0;
    int probes = 50_000;
    for (int i = 0; i < probes; i++) {
      long key = random.nextLong();
      wrong += shards[filter.directory().shardOf(key)].mayContain(key) ? 1 : 0;
    }
    assertThat(wrong).isLessThan(probes / 256 * 3 / 2);
  }

  @Test
  void shardsFollowTheHighBitsOfManyKeys() throws CorruptBlockException {
    FilterWriter writer = new FilterWriter();
    long[] keys = new Random(7).longs(400_000).toArray();
    for (long key : keys) {
      writer.add(key);
    }
    Filter filter = Filter.of(writer);
    assertThat(filter.directory().shardCount()).isEqualTo(16);
    assertThat(filter.shards().length * 8.0 / keys.length).isLessThan(10.5);
    FilterShard[] shards = new FilterShard[16];
    for (int i = 0; i < 16; i++) {
      shards[i] = filter.shardFor((long) i << 60);
    }
    for (long key : keys) {
      assertThat(shards[(int) (key >>> 60)].mayContain(key)).isTrue();
    }
  }

  @Test
  void repeatedKeysCostNothing() throws CorruptBlockException {
    FilterWriter once = new FilterWriter();
    FilterWriter often = new FilterWriter();
    for (int i = 0; i < 1000; i++) {
      once.add(Hash64.ofLong(i, 0));
    }
    for (int i = 0; i < 20_000; i++) {
      often.add(Hash64.ofLong(i % 1000, 0));
    }
    assertThat(Filter.of(often).shards()).isEqualTo(Filter.of(once).shards());
  }

  @Test
  void zeroIsAKeyLikeAnyOther() throws CorruptBlockException {
    FilterWriter writer = new FilterWriter();
    for (int i = 0; i < 100; i++) {
      writer.add(0);
      writer.add(Hash64.ofLong(i, 0));
    }
    assertThat(Filter.of(writer).mayContain(0)).isTrue();
  }

  @Test
  void keysThatShareTheirHighBitsMakeOneBigShard() throws CorruptBlockException {
    FilterWriter writer = new FilterWriter();
    for (int i = 0; i < 120_000; i++) {
      writer.add(Hash64.ofLong(i, 0) >>> 20);
    }
    Filter filter = Filter.of(writer);
    assertThat(filter.directory().shardCount()).isEqualTo(4);
    FilterShard shard = filter.shardFor(0);
    for (int i = 0; i < 120_000; i++) {
      assertThat(shard.mayContain(Hash64.ofLong(i, 0) >>> 20)).isTrue();
    }
  }

  @Test
  void oneShardAnswersForAllRowGroups() throws CorruptBlockException {
    int rowGroups = 40;
    FilterWriter writer = new FilterWriter();
    Random random = new Random(11);
    BitSet[] truth = new BitSet[5000];
    for (int value = 0; value < truth.length; value++) {
      truth[value] = new BitSet();
      for (int i = random.nextInt(6); i >= 0; i--) {
        int rowGroup = random.nextInt(rowGroups);
        truth[value].set(rowGroup);
        writer.add(Hash64.ofLong(value, 99), rowGroup);
      }
    }
    Filter filter = Filter.of(writer);
    int wrong = 0;
    for (int value = 0; value < truth.length; value++) {
      long hash = Hash64.ofLong(value, 99);
      BitSet may = filter.shardFor(hash).probe(hash, rowGroups);
      BitSet missing = (BitSet) truth[value].clone();
      missing.andNot(may);
      assertThat(missing.isEmpty()).isTrue();
      wrong += may.cardinality() - truth[value].cardinality();
    }
    assertThat(wrong).isLessThan(truth.length * rowGroups / 256 * 3 / 2);
  }

  @Test
  void damageIsReportedAndNothingElseHappens() throws CorruptBlockException {
    for (int count : new int[] {5, 500}) {
      FilterWriter writer = new FilterWriter();
      new Random(count).longs(count).forEach(writer::add);
      ByteSink shards = new ByteSink();
      ByteSink directory = new ByteSink();
      writer.finish(shards, directory);
      assertDamageIsReported(shards.toByteArray(), true);
      assertDamageIsReported(directory.toByteArray(), false);
    }
  }

  private static void assertDamageIsReported(byte[] good, boolean shard) {
    for (int i = 0; i < good.length; i++) {
      byte[] flipped = good.clone();
      flipped[i] ^= (byte) (1 << (i & 7));
      assertThatThrownBy(() -> parse(flipped, flipped.length, shard))
          .isInstanceOf(CorruptBlockException.class);
      int length = i;
      assertThatThrownBy(() -> parse(good, length, shard))
          .isInstanceOf(CorruptBlockException.class);
    }
    Random random = new Random(3);
    for (int round = 0; round < 5000; round++) {
      // A right checksum over wrong bytes: the checks behind it must hold too.
      ByteSink forged = new ByteSink();
      byte[] body = java.util.Arrays.copyOf(good, random.nextInt(good.length - 3));
      for (int i = random.nextInt(4); i >= 0 && body.length > 0; i--) {
        body[random.nextInt(Math.min(body.length, 16))] = (byte) random.nextInt();
      }
      forged.putBytes(body);
      forged.putCrc32c(0);
      try {
        parse(forged.array(), forged.size(), shard);
      } catch (CorruptBlockException expected) {
        assertThat(expected.object()).isEqualTo(OBJECT);
      }
    }
  }

  private static void parse(byte[] bytes, int length, boolean shard) throws CorruptBlockException {
    if (shard) {
      FilterShard.read(bytes, 0, length, OBJECT, 0).probe(42, 100);
    } else {
      FilterDirectory.read(bytes, 0, length, OBJECT, 0);
    }
  }

  @Test
  void keysThatWentToScratchGiveTheSameBytes() {
    for (int count : new int[] {262_144, 262_145, 700_000, 4_000_000}) {
      FilterWriter inMemory = new FilterWriter();
      FilterWriter spilling = new FilterWriter(new ArrayScratch());
      for (int i = 0; i < count; i++) {
        long key = Hash64.avalanche(i % (count - count / 5));
        inMemory.add(key);
        spilling.add(key);
      }
      ByteSink shards = new ByteSink();
      ByteSink directory = new ByteSink();
      inMemory.finish(shards, directory);
      ByteSink spilledShards = new ByteSink();
      ByteSink spilledDirectory = new ByteSink();
      spilling.finish(spilledShards, spilledDirectory);
      assertThat(spilledDirectory.toByteArray()).isEqualTo(directory.toByteArray());
      assertThat(Arrays.equals(spilledShards.toByteArray(), shards.toByteArray())).isTrue();
    }
  }

  private static final class ArrayScratch implements ScratchBytes {
    private final ByteSink bytes = new ByteSink();

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes.putBytes(source, offset, length);
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) {
      System.arraycopy(bytes.array(), (int) position, into, offset, length);
    }
  }
}
