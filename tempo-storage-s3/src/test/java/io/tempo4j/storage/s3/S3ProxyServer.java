package io.tempo4j.storage.s3;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** An S3 service in this process, with signatures checked, that keeps its objects in memory. */
final class S3ProxyServer implements AutoCloseable {

  static final String ACCESS_KEY = "access-key-of-tests";
  static final String SECRET_KEY = "secret-key-of-tests";
  static final String BUCKET = "tempo-traces";

  private final S3Proxy proxy;

  S3ProxyServer() throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(new TransientNio2BlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
    proxy.start();
    try (S3Connection connection = S3Connection.open(settings().build())) {
      connection.retrying().createBucket(create -> create.bucket(BUCKET));
    }
  }

  int port() {
    return proxy.getPort();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  S3Settings.Builder settings() {
    return settings(endpoint());
  }

  static S3Settings.Builder settings(URI endpoint) {
    return S3Settings.builder(BUCKET)
        .endpoint(endpoint)
        .credentials(ACCESS_KEY, SECRET_KEY)
        .partSizeBytes(S3Settings.MIN_PART_SIZE_BYTES);
  }

  @Override
  public void close() throws Exception {
    proxy.stop();
  }
}
