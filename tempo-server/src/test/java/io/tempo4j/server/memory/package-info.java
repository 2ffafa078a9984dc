/** What must not kill the server, tried against one that runs in the memory of the launcher. */
@NullMarked
package io.tempo4j.server.memory;

import org.jspecify.annotations.NullMarked;
