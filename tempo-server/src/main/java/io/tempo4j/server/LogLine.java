package io.tempo4j.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tempo4j.server.config.TempoConfig.LogFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One event as a line of {@code key=value} pairs or as a JSON object. */
final class LogLine extends LayoutBase<ILoggingEvent> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final LogFormat format;

  LogLine(LogFormat format) {
    this.format = format;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    if (format == LogFormat.JSON) {
      line.append('{');
    }
    field(line, "ts", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
    field(line, "level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    field(line, "logger", simpleName(event.getLoggerName()));
    field(line, "msg", event.getFormattedMessage());
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      field(line, "err", ThrowableProxyUtil.asString(thrown));
    }
    if (format == LogFormat.JSON) {
      line.append('}');
    }
    return line.append('\n').toString();
  }

  private void field(StringBuilder line, String key, String value) {
    boolean json = format == LogFormat.JSON;
    if (line.length() > 1) {
      line.append(json ? ',' : ' ');
    }
    if (json) {
      line.append('"').append(key).append("\":");
    } else {
      line.append(key).append('=');
    }
    if (json || !isPlain(value)) {
      line.append('"');
      JsonStringEncoder.getInstance().quoteAsString(value, line);
      line.append('"');
    } else {
      line.append(value);
    }
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '=' || c == '"' || c == '\\' || c > '~') {
        return false;
      }
    }
    return !value.isEmpty();
  }

  private static String simpleName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }
}
