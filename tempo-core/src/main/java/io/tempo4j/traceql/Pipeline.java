package io.tempo4j.traceql;

import java.util.List;

/**
 * Stages, each of which works on the spansets that the one before it gives.
 *
 * <p>The first stage works on one spanset of all spans of the trace.
 *
 * @param stages at least one
 */
public record Pipeline(List<PipelineStage> stages, Position position) implements Statement {
  /** Copies the list. */
  public Pipeline {
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a pipeline needs a stage");
    }
  }
}
