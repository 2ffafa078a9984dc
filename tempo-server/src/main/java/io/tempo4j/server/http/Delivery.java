package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.query.QueryContentionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings answers to clients: small ones whole, larger ones piece by piece as the client takes them,
 * compressed if it asks for that.
 *
 * <p>Whether an answer can be sent is known before its headers are: its pieces have their place in
 * the budget then. What fails later resets the stream, which no client takes for a whole answer.
 *
 * <p>Thread-safe.
 */
/*
 * A large answer is written by a virtual thread of its own, which waits wherever the client does. So
 * the code that writes JSON is the same for all answers, and no thread of the queries' pool waits for
 * a client. What the thread holds beside its result are the pieces that are under way.
 */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private static final int PIECE_BYTES = 32 << 10;

  /** What an answer has under way: a piece that fills, one that waits, two copies in sockets. */
  private static final int BYTES_UNDER_WAY = 4 * PIECE_BYTES;

  private static final int LARGEST_WHOLE_BYTES = 64 << 10;
  private static final int LEAST_ENCODED_BYTES = 1024;

  private static final MediaType PROTOBUF = MediaType.create("application", "protobuf");
  private static final MediaType LLM = MediaType.create("application", "vnd.grafana.llm+json");

  /** How long an answer waits for the pieces of others to go. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ByteBudget answers;
  private final Duration stallTimeout;

  /**
   * Brings answers.
   *
   * @param answers takes what is on its way to clients
   * @param stallTimeout how long a client may take for a piece; it is cut off then
   */
  Delivery(ByteBudget answers, Duration stallTimeout) {
    this.answers = answers;
    this.stallTimeout = stallTimeout;
  }

  HttpResponse json(RequestHeaders request, Body body) {
    return answer(request, MediaType.JSON, body);
  }

  /** JSON for language models. */
  HttpResponse llm(RequestHeaders request, Body body) {
    return answer(request, LLM, body);
  }

  HttpResponse protobuf(RequestHeaders request, Body body) {
    return answer(request, PROTOBUF, body);
  }

  private HttpResponse answer(RequestHeaders request, MediaType type, Body body) {
    ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK).contentType(type);
    headers.add(HttpHeaderNames.VARY, "accept-encoding");
    boolean isGzip = acceptsGzip(request);
    byte[] whole = whole(body, LARGEST_WHOLE_BYTES);
    if (whole == null) {
      if (isGzip) {
        headers.add(HttpHeaderNames.CONTENT_ENCODING, "gzip");
      }
      return stream(headers.build(), isGzip ? out -> gzip(body, out) : body);
    }
    if (isGzip && whole.length >= LEAST_ENCODED_BYTES) {
      headers.add(HttpHeaderNames.CONTENT_ENCODING, "gzip");
      Body plain = out -> out.write(whole);
      byte[] compressed = ((Body) out -> gzip(plain, out)).toByteArray();
      return HttpResponse.of(headers.build(), HttpData.wrap(compressed));
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(whole));
  }

  /** The bytes of the body, or null if there are more than {@code maxBytes}. */
  private static byte @Nullable [] whole(Body body, int maxBytes) {
    Bounded out = new Bounded(maxBytes);
    try {
      body.writeTo(out);
    } catch (TooLargeException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("the answer cannot be written", e);
    }
    return out.toByteArray();
  }

  private HttpResponse stream(ResponseHeaders headers, Body body) {
    ByteLease lease = answers.lease();
    if (!takes(lease)) {
      throw new QueryContentionException(answers.limitBytes(), "TEMPO_HEAP");
    }
    HttpResponseWriter response = HttpResponse.streaming();
    var unused =
        response
            .whenComplete()
            .handle((done, cause) -> {
              lease.close();
              return done;
            });
    response.write(headers);
    Thread.ofVirtual().name("answer").start(() -> write(body, response));
    return response;
  }

  private static boolean takes(ByteLease lease) {
    try {
      return lease.tryGrow(BYTES_UNDER_WAY, PATIENCE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void write(Body body, HttpResponseWriter response) {
    try (Pieces pieces = new Pieces(response, stallTimeout)) {
      body.writeTo(pieces);
      pieces.end();
      response.close();
    } catch (ClientGoneException e) {
      LOG.debug("an answer was given up: {}", e.getMessage());
      response.close(e);
    } catch (Throwable e) {
      LOG.error("an answer broke off", e);
      response.close(e);
    }
  }

  private static void gzip(Body body, OutputStream to) throws IOException {
    OutputStream gzip =
        new GZIPOutputStream(to, 1 << 13) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }

          @Override
          public void close() throws IOException {
            def.end(); // what is written to stays open
          }
        };
    try (gzip) {
      body.writeTo(gzip);
      ((GZIPOutputStream) gzip).finish();
    }
  }

  private static boolean acceptsGzip(RequestHeaders request) {
    for (String value : request.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
      for (String coding : value.toLowerCase(Locale.ROOT).split(",")) {
        String[] parts = coding.split(";");
        if (parts[0].strip().equals("gzip")) {
          return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
        }
      }
    }
    return false;
  }

  /** The client does not take the rest. */
  private static final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(String message) {
      super(message);
    }
  }

  /** More was written than is taken. */
  private static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(int maxBytes) {
      super("more than " + maxBytes + " bytes");
    }
  }

  /** Takes few bytes. */
  private static final class Bounded extends OutputStream {
    private final int maxBytes;
    private byte[] bytes = new byte[1 << 10];
    private int size;

    Bounded(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (length > maxBytes - size) {
        throw new TooLargeException(maxBytes);
      }
      if (length > bytes.length - size) {
        bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
      }
      System.arraycopy(from, offset, bytes, size, length);
      size += length;
    }

    byte[] toByteArray() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /** Sends pieces, each when the client has taken the one before. */
  private static final class Pieces extends OutputStream {
    private final HttpResponseWriter response;
    private final Duration stallTimeout;
    private byte[] piece = new byte[PIECE_BYTES];
    private int size;

    Pieces(HttpResponseWriter response, Duration stallTimeout) {
      this.response = response;
      this.stallTimeout = stallTimeout;
    }

    @Override
    public void write(int b) throws IOException {
      piece[size++] = (byte) b;
      if (size == PIECE_BYTES) {
        send();
      }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      int at = offset;
      int left = length;
      while (left > 0) {
        int some = Math.min(left, PIECE_BYTES - size);
        System.arraycopy(from, at, piece, size, some);
        size += some;
        at += some;
        left -= some;
        if (size == PIECE_BYTES) {
          send();
        }
      }
    }

    /** Sends what is left. */
    void end() throws IOException {
      if (size > 0) {
        send();
      }
    }

    private void send() throws IOException {
      try {
        var unused = response.whenConsumed().get(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new ClientGoneException("the client took nothing for " + stallTimeout);
      } catch (ExecutionException e) {
        throw new ClientGoneException("the client went away: " + e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClientGoneException("the server stops");
      }
      HttpData data =
          size == PIECE_BYTES ? HttpData.wrap(piece) : HttpData.wrap(Arrays.copyOf(piece, size));
      piece = size == PIECE_BYTES ? new byte[PIECE_BYTES] : piece;
      size = 0;
      if (!response.tryWrite(data)) {
        throw new ClientGoneException("the client went away");
      }
    }
  }
}
