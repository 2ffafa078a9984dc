package io.tempo4j.storage.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class ColdReadsOnS3Test extends ColdReadsOnS3Contract {

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
    return server.settings().build();
  }
}
