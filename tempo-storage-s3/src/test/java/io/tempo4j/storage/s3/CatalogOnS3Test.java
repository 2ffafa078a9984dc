package io.tempo4j.storage.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A catalog in a service in this process. */
final class CatalogOnS3Test extends CatalogOnS3Contract {

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
    return server.settings().prefix("catalog").build();
  }

  @Override
  int blocksPerWriter() {
    return 6;
  }
}
