package io.tempo4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.head.Head;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {

  @TempDir private Path folder;

  @Test
  void readsRequestsBehindTheirLengths() throws IOException {
    List<byte[]> requests = List.of(new byte[] {1, 2, 3}, new byte[0], new byte[70_000]);

    Workload workload = Workload.of(write(requests).toString());

    assertThat(workload.requests()).containsExactlyElementsOf(requests);
    assertThat(workload.bytes()).isEqualTo(70_003);
  }

  @Test
  void saysWhenAFileHoldsSomethingElse() throws IOException {
    Path file = write(List.of(new byte[100]));
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 90));

    assertThatThrownBy(() -> Workload.of(file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": a request of 100 bytes, 86 are left");
    Files.writeString(file, "{\"resourceSpans\":[]}");
    assertThatThrownBy(() -> Workload.of(file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("16 are left");
    Files.write(file, new byte[3]);
    assertThatThrownBy(() -> Workload.of(file.toString())).isInstanceOf(IOException.class);
  }

  @Test
  void makesUpTheSameSpansEveryTime() throws Exception {
    Workload workload = Workload.of("");

    assertThat(workload.requests()).containsExactlyElementsOf(Workload.of("").requests());
    Head head = new Head("test", 16_384);
    for (byte[] request : workload.requests()) {
      head.append(request, 0, request.length);
    }
    assertThat(head.spanCount()).isEqualTo(80_000);
  }

  private Path write(List<byte[]> requests) throws IOException {
    Path file = folder.resolve("requests.bin");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (byte[] request : requests) {
        out.writeInt(request.length);
        out.write(request);
      }
    }
    return file;
  }
}
