package io.tempo4j.storage.s3;

import java.util.Optional;

/** How requests are signed. */
public sealed interface S3Credentials {

  /**
   * What the environment offers: environment variables, system properties, the AWS profile files,
   * web identity tokens, container and instance metadata, in this order. Renewed as needed.
   */
  record FromEnvironment() implements S3Credentials {}

  /**
   * A fixed key.
   *
   * @param accessKey the public part
   * @param secretKey the secret part
   * @param sessionToken goes with a temporary key
   */
  record Static(String accessKey, String secretKey, Optional<String> sessionToken)
      implements S3Credentials {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a part is empty
     */
    public Static {
      if (accessKey.isBlank() || secretKey.isBlank()) {
        throw new IllegalArgumentException("S3 access key and secret key must not be empty");
      }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
      return "Static[accessKey=" + accessKey + "]";
    }
  }
}
