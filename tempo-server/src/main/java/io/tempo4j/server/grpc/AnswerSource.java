package io.tempo4j.server.grpc;

import io.tempo4j.query.Coverage;
import java.util.Optional;

/**
 * A query that gives its answer in pieces.
 *
 * <p>{@link #advance} is called by one thread at a time, the other methods at any time by one other
 * thread, also while {@code advance} runs.
 *
 * @param <M> a message of the answer
 */
interface AnswerSource<M> extends AutoCloseable {

  /**
   * Works on. May block and take long.
   *
   * @return whether there is more to do
   * @throws Exception if the query fails
   */
  boolean advance() throws Exception;

  /** Whether so much waits for the client that nothing should be added. */
  boolean isFull();

  /**
   * What is new since the last message; never larger than configured, except for one thing that is
   * larger by itself. After the end, what is left, message by message.
   */
  Optional<M> poll();

  /** Of how much of what is stored the answer was made; known when there is no more to do. */
  Coverage coverage();

  /** Lets go of what can be read again, while the client takes nothing and no method runs. */
  default void rest() {}

  /** Gives up the query, while no other method runs. Closing again does nothing. */
  @Override
  void close();
}
