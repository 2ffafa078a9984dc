package io.tempo4j.query.search;

import io.tempo4j.query.Coverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The candidates of a search over sources. */
final class CandidateRun implements CandidateCursor {

  private final SearchRun run;
  private final SearchOrder order;
  private final Candidate.Detail detail;

  /** The first candidate of the next page. */
  private @Nullable Candidate ahead;

  CandidateRun(SearchRun run, SearchOrder order, Candidate.Detail detail) {
    this.run = run;
    this.order = order;
    this.detail = detail;
  }

  @Override
  public CandidatePage next(int count, long threshold) throws IOException {
    List<Candidate> page = new ArrayList<>();
    run.letGoGiven(); // whoever took the last page has it
    Candidate next = ahead == null ? run.nextCandidate(detail) : ahead;
    while (next != null
        && page.size() < count
        && Long.compareUnsigned(order.key(next.extent()), threshold) >= 0) {
      page.add(next);
      next = run.nextCandidate(detail);
    }
    ahead = next;
    boolean isLast = next == null || page.size() < count;
    return new CandidatePage(page, isLast, run.stats(), Coverage.COMPLETE);
  }

  @Override
  public void rest() {
    run.rest();
  }

  @Override
  public void close() {
    run.close();
  }
}
