package io.tempo4j.receivers.transport;

import com.linecorp.armeria.common.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RequestRefusedException;

/** What is particular to a protocol in one request and its answer. Immutable. */
public interface Exchange {

  /** Protocol and transport. */
  ReceiverTransport transport();

  /** The largest body as sent, framing included. */
  int maxBodyBytes();

  /**
   * How long the body will be, framing included; -1 if that is not known. Only believed as far as
   * bytes really come.
   *
   * @param firstPiece the first bytes of the body; not to be changed
   */
  long announcedBytes(ByteBuf firstPiece);

  /**
   * Turns the body into one OTLP message in protobuf. Runs on a worker.
   *
   * @param body what came
   * @param admission counts what is allocated
   * @throws RequestRefusedException if the body is damaged or larger than allowed
   */
  ByteSlice message(ByteSlice body, Admission admission) throws RequestRefusedException;

  /** Answers a request whose spans, all or some, were taken. */
  HttpResponse answer(AppendResult result);

  /** Answers a request that was refused. */
  HttpResponse refuse(RequestRefusedException refusal);
}
