package io.tempo4j.engine;

import java.io.IOException;

/** A store as one who answers queries: spans in heads and in blocks. */
class TraceStoreQuerierTest extends TraceQuerierContract {

  @Override
  protected Subject open() throws IOException {
    return new StoreSubject();
  }
}
