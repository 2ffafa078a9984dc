package io.tempo4j.server.shop;

import static io.tempo4j.server.shop.TraceSketch.attribute;
import static io.tempo4j.server.shop.TraceSketch.fail;
import static io.tempo4j.server.shop.TraceSketch.text;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Traces of a small web shop: eight services that call each other over HTTP, ask databases and a
 * cache, and pass an order on through a message queue; some payments fail.
 *
 * <p>The same seed and the same sequence of calls give the same traces, ids included; only the
 * times follow the given start. Not thread-safe.
 */
public final class ShopTraffic {

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final List<String> PRODUCTS =
      List.of("lamp", "kettle", "notebook", "bicycle", "teapot", "backpack", "headphones");
  private static final List<List<String>> ACCEPTED =
      List.of(
          List.of("text/html", "application/xhtml+xml"),
          List.of("application/json"),
          List.of("image/webp", "image/png", "*/*"));

  private final SplittableRandom random;

  /** Traffic that is the same for the same seed. */
  public ShopTraffic(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Makes up one trace whose root starts at the given time, in nanoseconds since 1970. */
  public TraceSketch next(long startNanos) {
    TraceSketch trace = new TraceSketch(random.split());
    int draw = random.nextInt(100);
    if (draw < 60) {
      browse(trace, startNanos);
    } else if (draw < 80) {
      addToCart(trace, startNanos);
    } else {
      checkout(trace, startNanos);
    }
    return trace;
  }

  private void browse(TraceSketch trace, long start) {
    String product = PRODUCTS.get(random.nextInt(PRODUCTS.size()));
    Span.Builder root = server(trace, "frontend", null, "GET", "/products/{name}", start);
    attribute(root, "url.path", "/products/" + product);
    attribute(root, "http.request.header.accept", ACCEPTED.get(random.nextInt(ACCEPTED.size())));
    attribute(root, "user.id", user());
    Span.Builder catalog = call(trace, "frontend", root, "catalog", "GET", "/catalog/{name}");
    long ready = cache(trace, "catalog", catalog, "product:" + product);
    boolean cached = random.nextInt(4) != 0;
    attribute(catalog, "cache.hit", cached);
    if (!cached) {
      ready =
          query(
              trace,
              "catalog",
              catalog,
              ready,
              "SELECT",
              "products",
              "SELECT id, name, price FROM products WHERE name = $1");
    }
    finish(catalog, ready + jitter(400));
    finish(root, catalog.getEndTimeUnixNano() + jitter(900));
    status(root, 200);
    status(catalog, 200);
  }

  private void addToCart(TraceSketch trace, long start) {
    Span.Builder root = server(trace, "frontend", null, "POST", "/cart", start);
    attribute(root, "user.id", user());
    Span.Builder cart = call(trace, "frontend", root, "cart", "POST", "/cart/items");
    attribute(cart, "cart.total", random.nextInt(100, 50_000) / 100.0);
    Span.Builder stock = call(trace, "cart", cart, "inventory", "GET", "/stock/{name}");
    long counted =
        query(
            trace,
            "inventory",
            stock,
            stock.getStartTimeUnixNano() + jitter(200),
            "SELECT",
            "stock",
            "SELECT quantity FROM stock WHERE product = $1 FOR UPDATE");
    finish(stock, counted + jitter(300));
    long stored = cache(trace, "cart", cart, "cart:" + random.nextInt(5_000));
    finish(cart, Math.max(stored, stock.getEndTimeUnixNano()) + jitter(500));
    finish(root, cart.getEndTimeUnixNano() + jitter(700));
    // One request in twenty asks for more than there is: a client's mistake, not a server's error.
    int code = random.nextInt(20) == 0 ? 409 : 201;
    status(root, code);
    status(cart, code);
    status(stock, 200);
  }

  private void checkout(TraceSketch trace, long start) {
    Span.Builder root = server(trace, "frontend", null, "POST", "/checkout", start);
    attribute(root, "user.id", user());
    Span.Builder checkout = call(trace, "frontend", root, "checkout", "POST", "/orders");
    String order = "order-" + random.nextInt(1_000_000);
    attribute(checkout, "order.id", order);
    long written =
        query(
            trace,
            "checkout",
            checkout,
            checkout.getStartTimeUnixNano() + jitter(300),
            "INSERT",
            "orders",
            "INSERT INTO orders (id, user_id, total) VALUES ($1, $2, $3)");

    Span.Builder payment = call(trace, "checkout", checkout, "payment", "POST", "/charge");
    attribute(payment, "payment.amount", 100L + random.nextInt(90_000));
    boolean declined = random.nextInt(100) < 8;
    finish(payment, Math.max(written, payment.getStartTimeUnixNano()) + 4 * MILLI + jitter(60_000));
    if (declined) {
      fail(payment, "shop.payment.CardDeclined", "the bank declined the card");
      finish(checkout, payment.getEndTimeUnixNano() + jitter(400));
      fail(checkout, "shop.checkout.OrderFailed", "payment of " + order + " failed");
      finish(root, checkout.getEndTimeUnixNano() + jitter(700));
      root.setStatus(checkout.getStatus());
    } else {
      Span.Builder sent = publish(trace, checkout, payment.getEndTimeUnixNano());
      finish(checkout, sent.getEndTimeUnixNano() + jitter(400));
      finish(root, checkout.getEndTimeUnixNano() + jitter(700));
      consume(trace, "shipping", sent, order);
      consume(trace, "notification", sent, order);
    }
    status(root, declined ? 502 : 201);
    status(checkout, declined ? 502 : 201);
    status(payment, declined ? 402 : 200);
  }

  private Span.Builder publish(TraceSketch trace, Span.Builder checkout, long start) {
    Span.Builder sent =
        trace.span("checkout", "send orders", SpanKind.SPAN_KIND_PRODUCER, checkout);
    sent.setStartTimeUnixNano(start + jitter(100));
    attribute(sent, "messaging.system", "kafka");
    attribute(sent, "messaging.operation.type", "send");
    attribute(sent, "messaging.destination.name", "orders");
    finish(sent, sent.getStartTimeUnixNano() + MILLI + jitter(3_000));
    return sent;
  }

  private void consume(TraceSketch trace, String service, Span.Builder sent, String order) {
    Span.Builder processed =
        trace.span(service, "process orders", SpanKind.SPAN_KIND_CONSUMER, sent);
    processed.setStartTimeUnixNano(sent.getEndTimeUnixNano() + 2 * MILLI + jitter(20_000));
    attribute(processed, "messaging.system", "kafka");
    attribute(processed, "messaging.operation.type", "process");
    attribute(processed, "messaging.destination.name", "orders");
    attribute(processed, "order.id", order);
    processed.addLinks(
        Span.Link.newBuilder()
            .setTraceId(sent.getTraceId())
            .setSpanId(sent.getSpanId())
            .addAttributes(text("messaging.operation.type", "send")));
    finish(
        processed,
        query(
            trace,
            service,
            processed,
            processed.getStartTimeUnixNano() + jitter(300),
            "UPDATE",
            "orders",
            "UPDATE orders SET state = $1 WHERE id = $2"));
  }

  /** A client span of the caller with the server span of the callee below it, which is returned. */
  private Span.Builder call(
      TraceSketch trace,
      String caller,
      Span.Builder parent,
      String callee,
      String method,
      String route) {
    Span.Builder client = trace.span(caller, method, SpanKind.SPAN_KIND_CLIENT, parent);
    client.setStartTimeUnixNano(parent.getStartTimeUnixNano() + jitter(500));
    attribute(client, "http.request.method", method);
    attribute(client, "server.address", callee + ".shop.internal");
    Span.Builder server =
        server(trace, callee, client, method, route, client.getStartTimeUnixNano() + jitter(300));
    trace.awaits(client, server, jitter(300));
    return server;
  }

  private Span.Builder server(
      TraceSketch trace,
      String service,
      Span.@Nullable Builder parent,
      String method,
      String route,
      long start) {
    Span.Builder span =
        trace.span(service, method + " " + route, SpanKind.SPAN_KIND_SERVER, parent);
    span.setStartTimeUnixNano(start);
    attribute(span, "http.request.method", method);
    attribute(span, "http.route", route);
    return span;
  }

  /** Asks the cache and returns when the answer was there. */
  private long cache(TraceSketch trace, String service, Span.Builder parent, String key) {
    Span.Builder span = trace.span(service, "GET", SpanKind.SPAN_KIND_CLIENT, parent);
    span.setStartTimeUnixNano(parent.getStartTimeUnixNano() + jitter(200));
    attribute(span, "db.system.name", "redis");
    attribute(span, "db.operation.name", "GET");
    attribute(span, "db.query.text", "GET " + key);
    finish(span, span.getStartTimeUnixNano() + 150 * MICRO + jitter(600));
    return span.getEndTimeUnixNano();
  }

  /** Runs a statement and returns when its answer was there; one in fifty is slow. */
  private long query(
      TraceSketch trace,
      String service,
      Span.Builder parent,
      long start,
      String operation,
      String table,
      String statement) {
    Span.Builder span =
        trace.span(service, operation + " " + table, SpanKind.SPAN_KIND_CLIENT, parent);
    span.setStartTimeUnixNano(start);
    attribute(span, "db.system.name", "postgresql");
    attribute(span, "db.collection.name", table);
    attribute(span, "db.query.text", statement);
    long slow = random.nextInt(50) == 0 ? 30 * MILLI + jitter(20_000) : 0;
    finish(span, start + 500 * MICRO + jitter(4_000) + slow);
    return span.getEndTimeUnixNano();
  }

  private static void finish(Span.Builder span, long endNanos) {
    span.setEndTimeUnixNano(endNanos);
  }

  private static void status(Span.Builder span, int code) {
    attribute(span, "http.response.status_code", code);
  }

  private String user() {
    return "u-" + random.nextInt(2_000);
  }

  /** Up to the given number of microseconds, in nanoseconds. */
  private long jitter(long maxMicros) {
    return random.nextLong(maxMicros * MICRO);
  }
}
