package io.tempo4j.server.memory;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** An object store in this process, behind a link that can be cut. */
record ObjectService(S3Proxy proxy, Link link) implements AutoCloseable {

  static ObjectService start(Path folder) throws Exception {
    Files.createDirectories(folder.resolve("traces"));
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, "access", "secret")
            .build();
    proxy.start();
    return new ObjectService(proxy, Link.to(proxy.getPort()));
  }

  /** The backend of a configuration. */
  String backend() {
    return """
    backend: s3
    s3: {bucket: traces, endpoint: '127.0.0.1:%d', insecure: true, access_key: access, secret_key: secret}\
    """
        .formatted(link.port());
  }

  @Override
  public void close() throws Exception {
    try (link) {
      proxy.stop();
    }
  }
}
