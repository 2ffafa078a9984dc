package io.tempo4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the examples of the documents, and holds the documents to the text that was run. */
class ExamplesTest {

  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Path SOURCES = PROJECT.resolve("tempo-server/src/test/java/io/tempo4j/docs");

  private static final ByteString ONE = ByteString.copyFrom(new byte[] {1});

  @TempDir Path folder;

  @Test
  void embedExampleRuns() throws IOException {
    EmbedExample.storeAndSearch(folder, ExportTraceServiceRequest.getDefaultInstance());

    assertThat(folder.resolve("wal")).isDirectory();
  }

  @Test
  void queryExampleRuns() throws IOException {
    try (TraceStore store = TraceStore.builder().folder(folder).withoutWal().open()) {
      store.append(
          TenantId.SINGLE,
          ExportTraceServiceRequest.newBuilder()
              .addResourceSpans(
                  ResourceSpans.newBuilder()
                      .addScopeSpans(
                          ScopeSpans.newBuilder()
                              .addSpans(
                                  io.opentelemetry.proto.trace.v1.Span.newBuilder()
                                      .setTraceId(ByteString.copyFrom(new byte[15]).concat(ONE))
                                      .setSpanId(ByteString.copyFrom(new byte[7]).concat(ONE))
                                      .setStartTimeUnixNano(1_000_000_000)
                                      .setEndTimeUnixNano(3_000_000_000L))))
              .build());

      assertThatCode(() -> QueryExample.query(store, 1, Duration.ofHours(1).toNanos()))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void exporterDeliversTheSpansOfAnSdk() throws IOException {
    try (TraceStore store = TraceStore.builder().folder(folder).withoutWal().open()) {
      Span parent;
      try (SdkTracerProvider sdk = ExporterExample.sdk(store)) {
        parent = sdk.get("example").spanBuilder("parent").startSpan();
        parent.setStatus(StatusCode.ERROR, "no luck");
        parent.end();
      }

      TraceId id = TraceId.parse(parent.getSpanContext().getTraceId());
      TracesData trace = TracesData.parseFrom(store.findTrace(TenantId.SINGLE, id).tracesData());
      assertThat(trace.getResourceSpans(0).getScopeSpans(0).getSpans(0).getName())
          .isEqualTo("parent");
      assertThat(trace.getResourceSpans(0).getScopeSpans(0).getSpans(0).getStatus().getMessage())
          .isEqualTo("no luck");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "README.md, EmbedExample.java",
    "docs/how-to/export-from-the-sdk.md, ExporterExample.java",
    "docs/how-to/query-from-java.md, QueryExample.java"
  })
  void documentShowsWhatWasRun(String document, String source) throws IOException {
    assertThat(Files.readString(PROJECT.resolve(document))).contains(example(source));
  }

  /** The lines between the marks, as far to the left as they go. */
  private static String example(String source) throws IOException {
    List<String> lines = Files.readAllLines(SOURCES.resolve(source));
    int first = indexOf(lines, "// begin of the example") + 1;
    int end = indexOf(lines, "// end of the example");
    return String.join("\n", lines.subList(first, end)).stripIndent();
  }

  private static int indexOf(List<String> lines, String mark) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().equals(mark)) {
        return i;
      }
    }
    throw new AssertionError("no line " + mark);
  }
}
