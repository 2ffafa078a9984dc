package io.tempo4j.storage.s3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A Ceph cluster with an S3 gateway that lives as long as this object, at most as this process. */
final class CephCluster implements AutoCloseable {

  static final String ACCESS_KEY = "access-key-of-tests";
  static final String SECRET_KEY = "secret-key-of-tests";
  static final String BUCKET = "tempo-traces";

  /** How many ports the cluster takes, from its first one on. */
  private static final int PORT_COUNT = 30;

  /** Packages may have to be installed. */
  private static final long START_MINUTES = 8;

  private final Path script;
  private final Path folder;
  private final int port;

  private CephCluster(Path script, Path folder, int port) {
    this.script = script;
    this.folder = folder;
    this.port = port;
  }

  /** The release of this machine's Debian. */
  static CephCluster start() throws Exception {
    return start("ceph-rgw.sh");
  }

  /** The newest release in Debian, which is fetched into a folder of its own. */
  static CephCluster startNewest() throws Exception {
    return start("ceph-rgw-new.sh");
  }

  private static CephCluster start(String name) throws Exception {
    Path script = Path.of("src/test/scripts", name).toAbsolutePath();
    CephCluster cluster =
        new CephCluster(script, Files.createTempDirectory("ceph-rgw"), findFreePorts());
    try {
      cluster.run("start");
      try (S3Connection connection = S3Connection.open(cluster.settings().build())) {
        connection.retrying().createBucket(create -> create.bucket(BUCKET));
      }
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  S3Settings.Builder settings() {
    return S3Settings.builder(BUCKET)
        .endpoint(endpoint())
        .credentials(ACCESS_KEY, SECRET_KEY)
        .partSizeBytes(S3Settings.MIN_PART_SIZE_BYTES);
  }

  /** Kills the gateway; the cluster behind it goes on. */
  void killGateway() throws Exception {
    String pid = Files.readString(folder.resolve("run/radosgw.pid")).split(" ")[0];
    ProcessHandle gateway = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    gateway.destroyForcibly();
    gateway.onExit().get(30, TimeUnit.SECONDS);
  }

  /** Starts what does not run. */
  void restart() throws Exception {
    run("start");
  }

  @Override
  public void close() throws Exception {
    run("wipe");
    Files.deleteIfExists(folder);
  }

  private void run(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("bash", script.toString(), command));
    words.add(folder.toString());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("RGW_PORT", Integer.toString(port));
    builder.environment().put("RGW_ACCESS_KEY", ACCESS_KEY);
    builder.environment().put("RGW_SECRET_KEY", SECRET_KEY);
    builder.environment().put("RGW_OWNER_PID", Long.toString(ProcessHandle.current().pid()));
    Process process = builder.start();
    if (!process.waitFor(START_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("ceph-rgw.sh " + command + " did not end in time");
    }
    if (process.exitValue() != 0) {
      throw new IOException("ceph-rgw.sh " + command + " failed, see above");
    }
  }

  /** Below the ports that the system hands out by itself. */
  private static int findFreePorts() throws IOException {
    Random random = new Random();
    for (int attempt = 0; attempt < 100; attempt++) {
      int first = 20_000 + random.nextInt(400) * PORT_COUNT;
      if (isFree(first) && isFree(first + 1) && isFree(first + 2)) {
        return first;
      }
    }
    throw new IOException("no free ports found for the Ceph cluster");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
