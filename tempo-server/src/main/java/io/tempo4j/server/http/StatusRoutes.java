package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.server.config.EffectiveConfig;
import io.tempo4j.server.config.TempoConfig;
import java.util.function.Supplier;

/** Health, build and configuration. */
final class StatusRoutes {

  private final ServerState state;
  private final TempoConfig config;
  private final BuildInfo build;
  private final Supplier<String> endpoints;

  StatusRoutes(ServerState state, TempoConfig config, BuildInfo build, Supplier<String> endpoints) {
    this.state = state;
    this.config = config;
    this.build = build;
    this.endpoints = endpoints;
  }

  HttpResponse ready(ServiceRequestContext context, HttpRequest request) {
    return state.isReady()
        ? Replies.text(HttpStatus.OK, "ready\n" + away())
        : Replies.text(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Some services are not Running:\n" + state.title() + ": 1\n");
  }

  private String away() {
    return state
        .backend()
        .flatMap(TraceBackend::unavailable)
        .map(reason -> "The object store is away, recent spans are served: " + reason + "\n")
        .orElse("");
  }

  /** The process answers, whatever it is doing. */
  HttpResponse live(ServiceRequestContext context, HttpRequest request) {
    return Replies.text(HttpStatus.OK, "live\n");
  }

  HttpResponse echo(ServiceRequestContext context, HttpRequest request) {
    return Replies.text(HttpStatus.OK, "echo");
  }

  HttpResponse buildInfo(ServiceRequestContext context, HttpRequest request) {
    return Replies.json(build.toJson());
  }

  HttpResponse config(ServiceRequestContext context, HttpRequest request) {
    return Replies.yaml("---\n" + EffectiveConfig.toYaml(config));
  }

  HttpResponse version(ServiceRequestContext context, HttpRequest request) {
    return Replies.text(HttpStatus.OK, versionText());
  }

  HttpResponse services(ServiceRequestContext context, HttpRequest request) {
    return Replies.text(HttpStatus.OK, servicesText());
  }

  HttpResponse endpoints(ServiceRequestContext context, HttpRequest request) {
    return Replies.text(HttpStatus.OK, endpoints.get());
  }

  HttpResponse status(ServiceRequestContext context, HttpRequest request) {
    return Replies.text(
        HttpStatus.OK, versionText() + "\n" + servicesText() + "\n" + endpoints.get());
  }

  private String versionText() {
    return "tempo4j " + build.version() + " (Tempo API " + build.apiVersion() + ")\n";
  }

  private String servicesText() {
    return "all: " + state.title() + "\n";
  }
}
