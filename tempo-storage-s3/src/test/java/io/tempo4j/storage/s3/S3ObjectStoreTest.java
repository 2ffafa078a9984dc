package io.tempo4j.storage.s3;

import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectStoreContract;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against a service in this process; every test has a prefix of its own. */
final class S3ObjectStoreTest extends ObjectStoreContract {

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
  protected ObjectStore openEmpty() throws IOException {
    return S3ObjectStore.open(server.settings().prefix("run/" + PREFIX.getAndIncrement()).build());
  }

  @Override
  protected int raceRounds() {
    return 6;
  }

  /** This service orders by UTF-16; Ceph and AWS do not. */
  @Override
  protected boolean ordersByCodePoint() {
    return false;
  }
}
