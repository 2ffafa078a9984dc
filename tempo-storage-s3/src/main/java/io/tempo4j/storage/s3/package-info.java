/** Object store on S3 and services that speak its protocol. */
@NullMarked
package io.tempo4j.storage.s3;

import org.jspecify.annotations.NullMarked;
