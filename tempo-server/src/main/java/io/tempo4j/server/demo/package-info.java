/** What {@code ./tempo demo} does: a server in this process, generated traffic, a first look. */
@NullMarked
package io.tempo4j.server.demo;

import org.jspecify.annotations.NullMarked;
