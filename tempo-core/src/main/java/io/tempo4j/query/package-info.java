/** What all queries share: how one is bounded, stopped and accounted for. */
@NullMarked
package io.tempo4j.query;

import org.jspecify.annotations.NullMarked;
