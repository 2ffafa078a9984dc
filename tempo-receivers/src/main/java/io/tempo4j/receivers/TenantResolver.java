package io.tempo4j.receivers;

import io.tempo4j.model.TenantId;
import org.jspecify.annotations.Nullable;

/** Says whose spans a request carries. Thread-safe; called on event loops, so it must not block. */
@FunctionalInterface
public interface TenantResolver {

  /** The HTTP header and gRPC metadata key that names the tenant. */
  String HEADER = "x-scope-orgid";

  /**
   * Names the tenant.
   *
   * @param headerValue value of {@link #HEADER}, or null if the request has none
   * @throws RequestRefusedException if the request names no tenant or an impossible one
   */
  TenantId resolve(@Nullable String headerValue) throws RequestRefusedException;

  /** Multi-tenancy is off: everything belongs to {@link TenantId#SINGLE}, the header is ignored. */
  static TenantResolver single() {
    return headerValue -> TenantId.SINGLE;
  }

  /** Multi-tenancy is on: the header names the tenant, and a request without one is refused. */
  static TenantResolver fromHeader() {
    return headerValue -> {
      if (headerValue == null || headerValue.isEmpty()) {
        throw RequestRefusedException.invalid("no org id");
      }
      try {
        return new TenantId(headerValue);
      } catch (IllegalArgumentException e) {
        throw RequestRefusedException.invalid("X-Scope-OrgID: " + e.getMessage());
      }
    };
  }
}
