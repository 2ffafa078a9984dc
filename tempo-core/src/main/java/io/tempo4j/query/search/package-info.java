/** Searches: which traces a query selects, newest first. */
@NullMarked
package io.tempo4j.query.search;

import org.jspecify.annotations.NullMarked;
