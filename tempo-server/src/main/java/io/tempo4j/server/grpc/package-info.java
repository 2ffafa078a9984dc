/** Tempo's gRPC API: queries whose answers come in pieces. */
@NullMarked
package io.tempo4j.server.grpc;

import org.jspecify.annotations.NullMarked;
