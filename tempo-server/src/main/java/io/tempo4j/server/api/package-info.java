/** What requests of Tempo's API mean, whatever carries them: HTTP, gRPC or the calls of a host. */
@NullMarked
package io.tempo4j.server.api;

import org.jspecify.annotations.NullMarked;
