package io.tempo4j.server.grpc;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.http.BuildInfo;
import io.tempo4j.server.http.FakeBackend;
import io.tempo4j.server.http.HttpApi;
import io.tempo4j.server.http.ServerState;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Both APIs on one port of the loopback over a fake backend, and a stock client of each. */
final class GrpcServer implements AutoCloseable {

  final FakeBackend backend = new FakeBackend();
  final ServerState state = new ServerState();
  final HttpApi http;
  final ManagedChannel channel;
  private final HttpClient browser =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Server server;

  private GrpcServer(TempoConfig config) {
    http = new HttpApi(state, config, BuildInfo.load(), new PrometheusRegistry());
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    http.attachTo(builder);
    new GrpcApi(http.answers(), config.queries()).attachTo(builder);
    server = builder.build();
    server.start().join();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.activeLocalPort())
            .usePlaintext()
            .build();
  }

  /** A server that is ready. */
  static GrpcServer start(String yaml) {
    GrpcServer started = starting(yaml);
    started.state.ready(started.backend);
    return started;
  }

  /** A server that waits for its store. */
  static GrpcServer starting(String yaml) {
    try {
      return new GrpcServer(ConfigLoader.parse("test.yaml", yaml).config());
    } catch (ConfigException e) {
      throw new AssertionError(e);
    }
  }

  StreamingQuerierGrpc.StreamingQuerierBlockingStub client() {
    return StreamingQuerierGrpc.newBlockingStub(channel);
  }

  StreamingQuerierGrpc.StreamingQuerierStub streamingClient() {
    return StreamingQuerierGrpc.newStub(channel);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    return browser.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.closeAsync();
  }
}
