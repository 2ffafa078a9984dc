package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DecompressorsTest {

  private static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) random.nextInt(4);
    }
    return bytes;
  }

  private static byte[] decompressed(Decompressors decompressors, byte[] frame, int size) {
    byte[] into = new byte[size];
    assertThat(decompressors.decompress(frame, 0, frame.length, into)).isEqualTo(size);
    return into;
  }

  @Test
  void decompressesAgainAfterADamagedFrame() {
    Decompressors decompressors = Decompressors.keeping(1);
    byte[] plain = bytes(5_000, 1);
    byte[] frame = Zstd.compress(plain, 1);
    assertThat(decompressed(decompressors, frame, plain.length)).isEqualTo(plain);
    byte[] cut = java.util.Arrays.copyOf(frame, frame.length / 2);

    assertThatThrownBy(() -> decompressors.decompress(cut, 0, cut.length, new byte[plain.length]))
        .isInstanceOf(ZstdException.class);
    assertThatThrownBy(() -> decompressors.decompress(frame, 0, frame.length, new byte[100]))
        .isInstanceOf(ZstdException.class);

    assertThat(decompressed(decompressors, frame, plain.length)).isEqualTo(plain);
    assertThat(decompressed(Decompressors.NONE, frame, plain.length)).isEqualTo(plain);
  }

  @Test
  void servesMoreThreadsThanItKeepsDecompressors() throws Exception {
    Decompressors decompressors = Decompressors.keeping(2);
    List<Future<?>> tasks = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int thread = 0; thread < 6; thread++) {
        byte[] plain = bytes(1_000 + 500 * thread, thread);
        byte[] frame = Zstd.compress(plain, 1);
        tasks.add(
            threads.submit(() -> {
              for (int i = 0; i < 300; i++) {
                assertThat(decompressed(decompressors, frame, plain.length)).isEqualTo(plain);
              }
            }));
      }
    }
    for (Future<?> task : tasks) {
      task.get();
    }
  }
}
