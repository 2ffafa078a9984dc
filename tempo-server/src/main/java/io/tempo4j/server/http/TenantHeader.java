package io.tempo4j.server.http;

import com.linecorp.armeria.common.RequestHeaders;
import io.tempo4j.model.TenantId;
import io.tempo4j.server.api.BadRequestException;

/** Says whose traces a request is about. */
enum TenantHeader {
  /** Everything belongs to one tenant; the header means nothing. */
  IGNORED,
  /** The header must name the tenant. */
  REQUIRED;

  private static final String NAME = "x-scope-orgid";

  /**
   * The tenant of the request.
   *
   * @throws BadRequestException if it names none, or an impossible one
   */
  TenantId tenantOf(RequestHeaders headers) throws BadRequestException {
    if (this == IGNORED) {
      return TenantId.SINGLE;
    }
    String name = headers.get(NAME, "");
    if (name.isEmpty()) {
      throw new BadRequestException("no org id");
    }
    if (name.indexOf('|') >= 0) {
      throw new BadRequestException(
          "queries over several tenants are not supported: X-Scope-OrgID '" + name + "'");
    }
    return parse(name);
  }

  /**
   * A tenant by its name.
   *
   * @throws BadRequestException if the name is impossible
   */
  static TenantId parse(String name) throws BadRequestException {
    try {
      return new TenantId(name);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(e.getMessage() == null ? "invalid org id" : e.getMessage());
    }
  }
}
