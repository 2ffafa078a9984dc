package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tempo4j.server.config.TempoConfig.LogFormat;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LogLineTest {

  private static String line(LogFormat format, String message, Throwable thrown) {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent(
            LogLineTest.class.getName(),
            context.getLogger("io.tempo4j.engine.Flusher"),
            Level.WARN,
            message,
            thrown,
            null);
    event.setInstant(Instant.parse("2026-11-25T10:20:30.456Z"));
    return new LogLine(format).doLayout(event);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "stopped, stopped",
        "two words, \"two words\"",
        "a=b, \"a=b\"",
        "say \"no\", \"say \\\"no\\\"\"",
        "``, \"\"",
        "größer, \"größer\""
      })
  void logfmtQuotesWhatWouldBreakIt(String message, String value) {
    assertThat(line(LogFormat.LOGFMT, message, null))
        .isEqualTo("ts=2026-11-25T10:20:30.456Z level=warn logger=Flusher msg=" + value + "\n");
  }

  @Test
  void jsonIsOneObjectALine() throws IOException {
    String line = line(LogFormat.JSON, "say \"no\"\n\tand go", null);

    assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.fieldNames()).toIterable().containsExactly("ts", "level", "logger", "msg");
    assertThat(json.path("msg").asText()).isEqualTo("say \"no\"\n\tand go");
  }

  /** Whoever writes into a message cannot write a line of its own. */
  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void stackTracesAndLineEndsStayInTheirLine(LogFormat format) {
    String line = line(format, "a\nlevel=error", new IOException("b\nc"));

    assertThat(line).containsOnlyOnce("\n").endsWith("\n").contains("java.io.IOException: b");
  }
}
