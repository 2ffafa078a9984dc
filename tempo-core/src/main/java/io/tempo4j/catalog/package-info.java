/**
 * The catalog of a tenant's blocks: one published state that many processes change and any number
 * follow. Its objects are those of {@code docs/format/catalog-v1.md}.
 */
@NullMarked
package io.tempo4j.catalog;

import org.jspecify.annotations.NullMarked;
