package io.tempo4j.wal;

import io.tempo4j.engine.WriteAheadLog;
import io.tempo4j.engine.WriteAheadLogContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The log on disk keeps the contract under every policy. */
final class SegmentedWalContractTest {

  @Nested
  final class Always extends Contract {
    @Override
    FsyncPolicy policy() {
      return FsyncPolicy.always();
    }
  }

  @Nested
  final class Interval extends Contract {
    @Override
    FsyncPolicy policy() {
      return FsyncPolicy.interval();
    }
  }

  @Nested
  final class Never extends Contract {
    @Override
    FsyncPolicy policy() {
      return FsyncPolicy.never();
    }
  }

  abstract static class Contract extends WriteAheadLogContract {

    @TempDir Path folder;

    abstract FsyncPolicy policy();

    @Override
    protected WriteAheadLog open() throws IOException {
      return SegmentedWal.open(folder, WalOptions.builder().fsyncPolicy(policy()).build());
    }
  }
}
