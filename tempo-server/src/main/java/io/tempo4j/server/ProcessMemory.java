package io.tempo4j.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.tempo4j.memory.MemoryPlan;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** The memory that this process may use, as its command line says. */
final class ProcessMemory {

  private ProcessMemory() {}

  /** A plan for all of it. */
  static MemoryPlan plan() {
    long heap = Runtime.getRuntime().maxMemory();
    long direct = maxDirectBytes();
    return MemoryPlan.of(heap, direct > 0 ? direct : heap);
  }

  /** What {@code -XX:MaxDirectMemorySize} says; 0 if it is not given: then as much as heap. */
  private static long maxDirectBytes() {
    @Nullable HotSpotDiagnosticMXBean hotSpot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (hotSpot == null) {
      return 0;
    }
    try {
      return Long.parseLong(hotSpot.getVMOption("MaxDirectMemorySize").getValue());
    } catch (IllegalArgumentException e) {
      return 0; // a virtual machine without this option
    }
  }
}
