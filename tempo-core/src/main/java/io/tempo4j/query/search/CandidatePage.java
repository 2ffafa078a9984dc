package io.tempo4j.query.search;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * Some candidates of a part.
 *
 * @param candidates in the order of the search by what the part has of them; none before those of
 *     the pages before
 * @param isLast whether there are no others, or none that anybody wants; otherwise at least one is
 *     here, and others may come behind it
 * @param stats what was pruned and read so far
 * @param coverage which blocks may hold more and could not be read
 */
public record CandidatePage(
    List<Candidate> candidates, boolean isLast, QueryStats stats, Coverage coverage) {

  /** Copies the list. */
  public CandidatePage {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty() && !isLast) {
      throw new IllegalArgumentException("an empty page is the last one");
    }
  }

  /** The same, of less than everything. */
  public CandidatePage withCoverage(Coverage covered) {
    return new CandidatePage(candidates, isLast, stats, covered);
  }

  /** The bytes of this page, in the format of docs/format/query-partials-v1.md. */
  public byte[] encode() {
    return CandidateForms.write(this);
  }

  /**
   * A page from its bytes.
   *
   * @param bytes as {@link #encode} gives them; not trusted
   * @throws CorruptBlockException if they are no page
   */
  public static CandidatePage decode(byte[] bytes) throws CorruptBlockException {
    return CandidateForms.readPage(bytes);
  }
}
