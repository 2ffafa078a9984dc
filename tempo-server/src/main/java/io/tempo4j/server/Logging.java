package io.tempo4j.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.tempo4j.server.config.TempoConfig;
import org.slf4j.LoggerFactory;

/** Sends the log to standard error, one line an event. */
final class Logging {

  private Logging() {}

  static void configure(TempoConfig.Log config) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    LogLine line = new LogLine(config.format());
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(line);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    // What the transport says below this is for its developers.
    root.setLevel(Level.WARN);
    // The servers of one process share an executor; that its metrics exist already is no news.
    context.getLogger("io.micrometer").setLevel(Level.ERROR);
    context.getLogger("io.tempo4j").setLevel(Level.toLevel(config.level().toString()));
  }
}
