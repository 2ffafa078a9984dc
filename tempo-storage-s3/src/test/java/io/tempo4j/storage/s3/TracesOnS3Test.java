package io.tempo4j.storage.s3;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Traces in a service in this process; every test has a prefix of its own. */
final class TracesOnS3Test extends TracesOnS3Contract {

  private static final AtomicInteger PREFIX = new AtomicInteger();

  private static S3ProxyServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3ProxyServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  S3Settings settings() {
    return server.settings().prefix("traces/" + PREFIX.getAndIncrement()).build();
  }
}
