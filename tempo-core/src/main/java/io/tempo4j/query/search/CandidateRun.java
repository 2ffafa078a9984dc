package io.tempo4j.query.search;

import io.tempo4j.query.Coverage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The candidates of a search over sources. */
final class CandidateRun implements CandidateCursor {

  private final SearchRun run;
  private final SearchOrder order;
  private final Candidate.Detail detail;

  CandidateRun(SearchRun run, SearchOrder order, Candidate.Detail detail) {
    this.run = run;
    this.order = order;
    this.detail = detail;
  }

  @Override
  public CandidatePage next(int count, long threshold) throws IOException {
    List<Candidate> page = new ArrayList<>();
    run.letGoGiven(); // whoever took the last page has it
    boolean isLast = false;
    while (!isLast && page.size() < count) {
      Candidate next = run.nextCandidate(detail);
      isLast = next == null || Long.compareUnsigned(order.key(next.extent()), threshold) < 0;
      if (next != null && !isLast) {
        page.add(next);
      }
    }
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
