/** Object store on Amazon S3 and services that speak its protocol. */
module io.tempo4j.storage.s3 {
  requires transitive io.tempo4j.core;
  requires static transitive org.jspecify;
  requires software.amazon.awssdk.auth;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.http;
  requires software.amazon.awssdk.http.apache5;
  requires software.amazon.awssdk.regions;
  requires software.amazon.awssdk.retries;
  requires software.amazon.awssdk.retries.api;
  requires software.amazon.awssdk.services.s3;

  // Used by the SDK and its HTTP client, which as automatic modules cannot say so.
  requires java.naming;
  requires jdk.net;
  requires org.slf4j;

  exports io.tempo4j.storage.s3;
}
