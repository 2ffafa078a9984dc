# Finds a JDK for Tempo4J. POSIX sh, meant to be sourced: `. bin/find-jdk.sh; find_jdk 21 javac`.
# Sets TEMPO_JAVA_HOME and TEMPO_JAVA_MAJOR, or explains on standard error what is missing and
# returns 1. The order is JAVA_HOME, PATH, then the usual folders, newest first.

# Prints the major version of the Java in folder $1, or nothing when there is none.
jdk_major() {
  [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' "$1/release" | head -n 1
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' | head -n 1
  fi
}

# Takes folder $1 when its Java is at least $2 and it has the tool $3.
jdk_take() {
  jdk_take_major=$(jdk_major "$1")
  [ -n "$jdk_take_major" ] && [ "$jdk_take_major" -ge "$2" ] && [ -x "$1/bin/$3" ] || return 1
  TEMPO_JAVA_HOME=$1
  TEMPO_JAVA_MAJOR=$jdk_take_major
}

# Prints the folder of the Java on PATH, links resolved, or nothing.
jdk_on_path() {
  jdk_path=$(command -v java 2>/dev/null) || return 0
  if [ "$(uname -s)" = Darwin ] && [ "$jdk_path" = /usr/bin/java ]; then
    /usr/libexec/java_home 2>/dev/null
    return 0
  fi
  jdk_path=$(readlink -f "$jdk_path" 2>/dev/null || echo "$jdk_path")
  dirname "$(dirname "$jdk_path")"
}

# find_jdk MINIMUM TOOL: TOOL is java for running, javac for building.
find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_take "$JAVA_HOME" "$1" "$2"; then return 0; fi
  jdk_candidate=$(jdk_on_path)
  if [ -n "$jdk_candidate" ] && jdk_take "$jdk_candidate" "$1" "$2"; then return 0; fi
  jdk_best_home=
  jdk_best_major=0
  for jdk_candidate in /usr/lib/jvm/* /usr/java/* /usr/local/lib/jvm/* /opt/* /opt/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*; do
    if jdk_take "$jdk_candidate" "$1" "$2" && [ "$TEMPO_JAVA_MAJOR" -gt "$jdk_best_major" ]; then
      jdk_best_home=$TEMPO_JAVA_HOME
      jdk_best_major=$TEMPO_JAVA_MAJOR
    fi
  done
  TEMPO_JAVA_HOME=$jdk_best_home
  TEMPO_JAVA_MAJOR=$jdk_best_major
  [ -n "$TEMPO_JAVA_HOME" ] && return 0
  jdk_kind=JDK
  [ "$2" = java ] && jdk_kind=Java
  {
    echo "No $jdk_kind $1 or newer was found. Looked at:"
    echo "  JAVA_HOME  ${JAVA_HOME:-(not set)}${JAVA_HOME:+ (Java $(jdk_major "$JAVA_HOME"))}"
    jdk_candidate=$(jdk_on_path)
    echo "  PATH       ${jdk_candidate:-(no java)}${jdk_candidate:+ (Java $(jdk_major "$jdk_candidate"))}"
    echo "  folders    /usr/lib/jvm, /usr/java, /usr/local/lib/jvm, /opt, ~/.sdkman, ~/.jdks, ~/.asdf, /Library/Java"
    echo "Install one (JDK 25 is best) or set JAVA_HOME to its folder."
  } >&2
  return 1
}
