/** Which query runs next: a library for whoever serves queries of many tenants. */
@NullMarked
package io.tempo4j.query.schedule;

import org.jspecify.annotations.NullMarked;
