/** Results of queries as protobuf messages of Tempo's interface. */
@NullMarked
package io.tempo4j.server.messages;

import org.jspecify.annotations.NullMarked;
