/** OTLP over gRPC and HTTP, in protobuf and JSON. */
@NullMarked
package io.tempo4j.receivers.otlp;

import org.jspecify.annotations.NullMarked;
