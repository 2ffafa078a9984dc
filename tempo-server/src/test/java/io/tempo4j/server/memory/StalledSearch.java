package io.tempo4j.server.memory;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A streamed search whose client takes one message and then no more until it goes on. */
final class StalledSearch extends ClientCall.Listener<SearchResponse> {

  private final ClientCall<SearchRequest, SearchResponse> call;
  private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final AtomicLong traces = new AtomicLong();

  private StalledSearch(ManagedChannel channel) {
    this.call = channel.newCall(StreamingQuerierGrpc.getSearchMethod(), CallOptions.DEFAULT);
  }

  static StalledSearch start(ManagedChannel channel, SearchRequest request) {
    StalledSearch search = new StalledSearch(channel);
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER), Payload.TENANT);
    search.call.start(search, headers);
    search.call.sendMessage(request);
    search.call.halfClose();
    search.call.request(1);
    return search;
  }

  /** Whether there was a message; false if it was refused before. */
  CompletableFuture<Boolean> begun() {
    return begun;
  }

  /** How it ended. */
  CompletableFuture<Status> ended() {
    return ended;
  }

  /** Traces that came so far. */
  long traces() {
    return traces.get();
  }

  /** Takes the rest. */
  void goOn() {
    call.request(Integer.MAX_VALUE);
  }

  void cancel() {
    call.cancel("stalled for long enough", null);
  }

  @Override
  public void onMessage(SearchResponse message) {
    traces.addAndGet(message.getTracesCount());
    begun.complete(true);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    begun.complete(false);
    ended.complete(status);
  }
}
