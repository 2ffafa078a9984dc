/**
 * Where blocks rest: the object-store SPI and its implementations in memory and in a local folder.
 *
 * <p>Every implementation passes the contract kit {@code ObjectStoreContract} of this module's test
 * jar.
 */
@NullMarked
package io.tempo4j.storage;

import org.jspecify.annotations.NullMarked;
