/**
 * What receivers over HTTP and gRPC have in common: reading a bounded body into one array,
 * decompressing it, statuses in the encodings of {@code google.rpc.Status}. Internal to this
 * module.
 */
@NullMarked
package io.tempo4j.receivers.transport;

import org.jspecify.annotations.NullMarked;
