/**
 * An object store on Amazon S3 and services that speak its protocol, such as Ceph's RADOS gateway.
 *
 * <p>{@link io.tempo4j.storage.s3.S3ObjectStore#open} takes {@link
 * io.tempo4j.storage.s3.S3Settings}; no type of the AWS SDK is part of the interface.
 */
@NullMarked
package io.tempo4j.storage.s3;

import org.jspecify.annotations.NullMarked;
