package io.tempo4j.engine;

import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import java.io.IOException;

/**
 * One of several who answer queries together: what it has of a trace may be a part of it.
 *
 * <p>Thread-safe.
 */
public interface QuerierPart extends TraceQuerier {

  /**
   * Begins a query over what there is now.
   *
   * @return to be closed by the caller
   */
  PartQuery begin(TenantId tenant, QueryContext context) throws IOException;
}
