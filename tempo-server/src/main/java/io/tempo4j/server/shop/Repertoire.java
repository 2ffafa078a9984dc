package io.tempo4j.server.shop;

import java.util.List;

/**
 * Queries that a rehearsal asks: every part of the language, over fields of every type, and each
 * finds something in the traffic of the shop. A part that is missing here is loaded, linked and
 * profiled only when a user first asks for it.
 */
public final class Repertoire {

  private Repertoire() {}

  /** For search, and for everything that takes a filter. */
  public static final List<String> SEARCHES =
      List.of(
          // Attributes and intrinsics of every type, present or not.
          "{ }",
          "{ status = error }",
          "{ resource.service.name = \"payment\" && status = error }",
          "{ span.db.system.name = \"postgresql\" && duration > 25ms }",
          "{ span.http.response.status_code >= 500 || span.http.response.status_code = 409 }",
          "{ span.cart.total > 99.5 && kind = server }",
          "{ span.cache.hit = false && .http.route != \"/orders\" }",
          "{ span.cache.hit && name != \"GET\" }",
          "{ span.http.request.header.accept = \"text/html\" }",
          "{ span.http.request.header.accept != \"text/html\" && status = unset }",
          "{ .db.system.name = \"redis\" && .db.operation.name = \"GET\" }",
          "{ span.order.id != nil && span.cart.total = nil }",
          "{ instrumentation:name = \"io.tempo4j.demo\" && instrumentation:version != \"2\" }",
          "{ span:parentID = \"\" || nestedSetParent < 0 }",
          "{ span:childCount > 2 && trace:duration > 10ms && trace:rootService = \"frontend\" }",
          "{ rootName = \"POST /checkout\" && statusMessage != \"\" }",
          "{ parent.http.route = \"/orders\" }",
          // Text by pattern: alternatives, parts, and what only a machine of states can tell.
          "{ span.db.query.text =~ \"SELECT.*FOR UPDATE\" || .http.route = \"/checkout\" }",
          "{ name =~ \"POST.*\" && resource.service.name !~ \"cart|checkout\" }",
          "{ span.user.id =~ \"u-1[0-9]+7\" || span.url.path =~ \".*pot\" }",
          "{ span.http.request.header.accept =~ \"image/.*\" }",
          // Events and links.
          "{ event.exception.type != nil }",
          "{ event.exception.type = \"shop.payment.CardDeclined\" && event:timeSinceStart > 1us }",
          "{ event:name = \"exception\" && event.exception.message =~ \"payment of .*\" }",
          "{ link.messaging.operation.type = \"send\" && link:spanID != \"\" }",
          // Arithmetic.
          "{ duration * 2 > 10ms && -span.payment.amount < -500 }",
          "{ (span.payment.amount / 100 + 1) % 10 >= 2 || span.cart.total ^ 2 > 10000.0 }",
          "{ traceDuration - duration < 1ms }",
          // Spansets and structure.
          "{ resource.service.name = \"cart\" } && { duration > 3ms }",
          "{ name = \"POST /checkout\" } || { kind = producer }",
          "{ resource.service.name = \"frontend\" } >> { span.db.system.name = \"redis\" }",
          "{ kind = server && status = error } > { kind = client }",
          "{ span.db.system.name = \"postgresql\" } << { resource.service.name = \"checkout\" }",
          "{ kind = producer } < { kind = server }",
          "{ kind = consumer } ~ { kind = consumer }",
          "{ kind = consumer } !>> { kind = server }",
          "{ kind = client } !< { status = error }",
          "{ kind = server } &>> { kind = consumer }",
          // Pipelines.
          "{ span.db.system.name != nil } | count() > 2",
          "{ kind = client } | avg(duration) > 1ms | { status = unset }",
          "{ } | max(duration) > 20ms | min(duration) < 1s",
          "{ } | sum(span.payment.amount) / count() > 100",
          "{ status = error } | by(resource.service.name) | count() >= 1",
          "{ kind = server } | by(span.http.response.status_code) | coalesce() | count() > 2",
          "({ kind = client } | count()) > ({ kind = server } | count())",
          "{ status = error } | select(span.http.route, resource.host.name, event.exception.message)",
          "{ kind = consumer } | select(link.messaging.operation.type, span:childCount, trace:rootName)",
          "{ kind = server } with (order=duration)",
          "{ span.http.route = \"/cart\" } with (most_recent=true)");

  /** For metrics, over time and at once. */
  public static final List<String> METRICS =
      List.of(
          "{ } | rate()",
          "{ } | rate() by (resource.service.name)",
          "{ status = error } | rate() by (resource.service.name, name, span.http.route)",
          "{ } | count_over_time() by (status, kind)",
          "{ kind = server } | count_over_time() by (span.http.response.status_code)",
          "{ } | count_over_time() by (span.cache.hit, span.cart.total)",
          "{ } | count_over_time() by (.db.system.name, rootServiceName, instrumentation:name)",
          "{ status = error } | count_over_time() by (event.exception.type, statusMessage)",
          "{ } | count_over_time() by (span.user.id) | topk(5)",
          "{ } | rate() by (span.http.route) | bottomk(3) > 0.001",
          "{ } | min_over_time(duration) by (resource.host.name)",
          "{ } | max_over_time(duration) by (name)",
          "{ } | avg_over_time(span.payment.amount) by (status)",
          "{ } | sum_over_time(span.cart.total)",
          "{ kind = server } | quantile_over_time(duration, .5, .9, .99) by (resource.service.name)",
          "{ } | quantile_over_time(span.payment.amount, .95)",
          "{ } | histogram_over_time(duration) by (kind)",
          "{ } | histogram_over_time(span.cart.total)",
          "({ status = error } | rate()) / ({ } | rate()) * 100",
          "({ } | rate() by (kind)) - ({ kind = client } | rate() by (kind)) >= 0",
          "{ resource.service.name = \"frontend\" } >> { status = error } | rate() by (name)",
          "{ kind = client } | by(name) | count() > 1 | count_over_time() by (name)",
          "{ } && { status = error } | avg_over_time(span:childCount)",
          "{ resource.service.name = \"checkout\" } | compare({ status = error }, 10)",
          "{ } | rate() by (kind) with (sample=0.5)",
          "{ } | rate() with (trace_sample=0.5, exemplars=20)");

  /** Whose values are asked for, in the words of version 2. */
  public static final List<String> TAGS =
      List.of(
          "resource.service.name",
          "span.user.id",
          ".http.route",
          "span.http.response.status_code",
          "span.cart.total",
          "span.cache.hit",
          "span.http.request.header.accept",
          "event.exception.type",
          "name",
          "status",
          "kind",
          "rootName");
}
