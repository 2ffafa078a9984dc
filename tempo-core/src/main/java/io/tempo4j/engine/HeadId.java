package io.tempo4j.engine;

import io.tempo4j.model.TenantId;
import java.util.UUID;

/**
 * The identity of a head, and of the one block that it becomes.
 *
 * <p>A head is born with the id of its future block. This is what makes a crash between "block
 * visible" and "log deleted" harmless: replay sees that the block exists and drops the frames.
 *
 * @param tenant the tenant whose spans it holds
 * @param blockId the id of the block
 */
public record HeadId(TenantId tenant, UUID blockId) {}
