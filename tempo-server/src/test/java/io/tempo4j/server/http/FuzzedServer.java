package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A real server over a small real store, and what must hold for whatever it is asked. */
final class FuzzedServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long MAX_TRACE_BYTES = 64 << 20;

  /** Successes, and the refusals that the reference page names. */
  private static final Set<Integer> DOCUMENTED = Set.of(200, 204, 400, 404, 405, 414, 422, 431);

  private final TraceStore store;
  private final Server server;
  private final List<String> routes;

  private FuzzedServer(TraceStore store, Server server) throws IOException {
    this.store = store;
    this.server = server;
    routes =
        send("GET", "/status/endpoints", "")
            .body()
            .lines()
            .filter(line -> line.contains(" /"))
            .map(line -> line.substring(line.indexOf(" /") + 1))
            .toList();
    assertThat(routes).hasSizeGreaterThan(15);
  }

  static FuzzedServer start() throws IOException, ConfigException {
    TraceStore store = TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open();
    append(store, 1);
    store.flush();
    append(store, 2);
    ServerState state = new ServerState();
    state.ready(new StoreBackend(store, MAX_TRACE_BYTES));
    var builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "target: all").config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    Server server = builder.build();
    server.start().join();
    return new FuzzedServer(store, server);
  }

  private static void append(TraceStore store, long seed) throws IOException {
    byte[] traces = new RandomTraces(seed).traces(20).toByteArray();
    store.append(TenantId.SINGLE, traces, 0, traces.length);
  }

  /** Paths of all routes, with places for a trace's id or a tag's name. */
  List<String> routes() {
    return routes;
  }

  /** Sends a request, which must be answered in time, or refused with a reason. */
  void check(String method, String target, String headers) throws IOException {
    RawRequest.Answer answer = send(method, target, headers);
    assertThat(answer.status())
        .as("%s %s %s: %s", method, target, headers, answer)
        .isIn(DOCUMENTED);
    boolean isTraceNotThere = answer.status() == 404 && target.startsWith("/api/traces/");
    if (answer.status() >= 400 && !method.equals("HEAD") && !isTraceNotThere) {
      assertThat(answer.body()).as("%s %s %s", method, target, headers).isNotBlank();
    }
  }

  private RawRequest.Answer send(String method, String target, String headers) throws IOException {
    return RawRequest.send(server.activeLocalPort(), method, target, headers, PATIENCE);
  }

  @Override
  public void close() throws IOException {
    server.stop().join();
    store.close();
  }
}
