package io.tempo4j.receivers.transport;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceErrorHandler;
import io.tempo4j.receivers.ReceiverSettings;
import java.net.InetSocketAddress;

/** Adds a port, and a service that is bound to it alone, to a server. */
public final class SocketAttachment {

  private SocketAttachment() {}

  /**
   * Adds them.
   *
   * @param server the server that is being built
   * @param settings address and bounds
   * @param path exact path of the service
   * @param service answers; bounds bodies by itself
   * @param failures answers what the service could not, a time-out for example
   */
  public static void attach(
      ServerBuilder server,
      ReceiverSettings settings,
      String path,
      HttpService service,
      Failures failures) {
    InetSocketAddress address = settings.bindAddress();
    server.port(address, SessionProtocol.HTTP);
    ServiceErrorHandler errors = (ctx, cause) -> failures.answer(ctx.request().headers(), cause);
    if (address.getPort() == 0) {
      server
          .route()
          .path(path)
          .maxRequestLength(0)
          .requestTimeout(settings.requestTimeout())
          .errorHandler(errors)
          .build(service);
    } else {
      server
          .virtualHost(address.getPort())
          .route()
          .path(path)
          .maxRequestLength(0)
          .requestTimeout(settings.requestTimeout())
          .errorHandler(errors)
          .build(service);
    }
  }

  /** Answers a request whose service failed or did not answer in time. */
  @FunctionalInterface
  public interface Failures {
    /** The answer. */
    HttpResponse answer(com.linecorp.armeria.common.RequestHeaders headers, Throwable cause);
  }
}
