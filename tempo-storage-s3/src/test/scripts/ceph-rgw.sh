#!/usr/bin/env bash
# A throwaway Ceph cluster with an S3 gateway (RGW) on loopback, from Debian's own packages:
# one monitor, one OSD that keeps everything in memory, one radosgw. Nothing is left outside DIR
# but the packages.
#
#   ceph-rgw.sh start DIR   install what is missing, start what does not run, print how to connect
#   ceph-rgw.sh wipe  DIR   end the processes that `start` recorded in DIR and delete its files
#
# Settings by environment:
#   RGW_PORT         port of S3; the next 29 are used as well         (7480)
#   RGW_ACCESS_KEY   the one user's keys                              (tempo-access-key)
#   RGW_SECRET_KEY                                                    (tempo-secret-key)
#   RGW_OWNER_PID    wipe by itself when this process has ended       (nobody)
#   RGW_TIMEOUT      seconds to wait for S3                           (120)
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
unset CEPH_CONF CEPH_ARGS CEPH_KEYRING || true
: "${RGW_PORT:=7480}" "${RGW_ACCESS_KEY:=tempo-access-key}" "${RGW_SECRET_KEY:=tempo-secret-key}"
: "${RGW_OWNER_PID:=}" "${RGW_TIMEOUT:=120}"

say() { echo "ceph-rgw: $*" >&2; }
die() { say "ERROR: $*"; exit 1; }

command=${1:-}
[ $# -ge 2 ] || die "usage: $0 start|wipe DIR"
case $command in start) mkdir -p "$2" ;; wipe | watch) [ -d "$2" ] || exit 0 ;; *) die "unknown command '$command'" ;; esac
dir=$(cd "$2" && pwd -P)
case $dir in *[[:space:]\;\#]*) die "DIR must not hold spaces, ';' or '#': $dir" ;; esac
script=$(cd "$(dirname "$0")" && pwd -P)/$(basename "$0")
run=$dir/run log=$dir/log conf=$dir/ceph.conf made=$dir/made

# --- Processes. A file holds a pid and the time at which the kernel started it: only a process that
# --- matches both is ours, however often pids were used again since.
started() { # PID
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # What follows the name in brackets: the state is word 1, the start time word 20.
  set -- ${stat##*) }
  [ "$1" != Z ] || return 1
  echo "${20}"
}
alive() { # NAME
  local pid since
  [ -f "$run/$1.pid" ] && read -r pid since <"$run/$1.pid" && [ "$(started "$pid")" = "$since" ] && echo "$pid"
}
spawn() { # NAME COMMAND...
  local name=$1 pid
  shift
  setsid nohup "$@" </dev/null >>"$log/$name.out" 2>&1 9>&- &
  pid=$!
  echo "$pid $(started $pid)" >"$run/$name.pid"
  disown $pid
}
end() { # NAME
  local pid
  if pid=$(alive "$1"); then
    kill -KILL "$pid" 2>/dev/null || true
    for _ in $(seq 50); do alive "$1" >/dev/null || break; sleep 0.1; done
  fi
  rm -f "$run/$1.pid"
}
wipe() {
  for name in radosgw osd mon; do end $name; done
  rm -rf "$dir"/{mon,osd,rgw,run,log,crash,ceph.conf,monmap,made,lock}
  rmdir "$dir" 2>/dev/null || true
}

case $command in
wipe)
  end watch
  wipe
  exit 0
  ;;
watch) # PID: for as long as an hour
  for _ in $(seq 1800); do kill -0 "$3" 2>/dev/null || break; sleep 2; done
  wipe
  exit 0
  ;;
esac

# --- start
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
s3_answers() {
  local answer
  answer=$({ exec 3<>"/dev/tcp/127.0.0.1/$RGW_PORT" && printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3 && timeout 5 cat <&3; } 2>/dev/null) &&
    [[ $answer == *ListAllMyBucketsResult* ]]
}
install_packages() {
  local missing=() package sudo=
  for package in ceph-mon ceph-osd radosgw ceph-common; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' $package 2>/dev/null)" = installed ] || missing+=($package)
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "these packages are missing and there is no apt-get: ${missing[*]}"
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  say "installing ${missing[*]}"
  # The run level keeps init scripts from starting daemons of their own.
  local apt=($sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >"$log/apt.log" 2>&1 ||
    { "${apt[@]}" update >>"$log/apt.log" 2>&1 &&
      "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >>"$log/apt.log" 2>&1; } ||
    { tail -20 "$log/apt.log" >&2; die "the packages could not be installed"; }
}
write_conf() {
  # The path of a unix socket is short; without room for one there is none.
  local sockets=
  [ ${#run} -gt 80 ] || sockets="$run/\$name.asok"
  cat >"$conf" <<CONF
[global]
fsid = $1
mon_host = [v2:127.0.0.1:$((RGW_PORT + 1))/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_bind_ipv6 = false
ms_bind_port_min = $((RGW_PORT + 2))
ms_bind_port_max = $((RGW_PORT + 29))
# The daemons trust each other; S3 requests are signed and checked all the same. Without keys there is
# no secure mode, which radosgw asks for unless told otherwise.
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
ms_client_mode = crc
ms_cluster_mode = crc
ms_service_mode = crc
run_dir = $run
admin_socket = $sockets
log_file = $log/\$name.log
log_to_stderr = false
mon_cluster_log_file = $log/cluster.log
mon_cluster_log_to_stderr = false
crash_dir = $dir/crash
# One copy of everything on the one OSD.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
# Quick start: no batching of the monitor's changes, short polls for daemons that are starting.
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_client_hunt_interval = 0.3
mon_client_hunt_interval_backoff = 1.2
objecter_tick_interval = 0.3
# A disk that is nearly full does not stop the monitor.
mon_data_avail_warn = 1
mon_data_avail_crit = 0

[mon]
mon_data = $dir/mon
keyring = /dev/null

[osd]
osd_data = $dir/osd
osd_objectstore = memstore
memstore_device_bytes = 8589934592
memstore_page_set = false
osd_max_object_name_len = 2048
osd_class_load_list = *
osd_class_default_list = *

[client]
keyring = /dev/null

[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$RGW_PORT tcp_nodelay=1
rgw_data = $dir/rgw
rgw_thread_pool_size = 64
rgw_enable_usage_log = false
rgw_enable_ops_log = false
# Deleted objects give their memory back within seconds.
rgw_gc_obj_min_wait = 2
rgw_gc_processor_period = 5
rgw_gc_processor_max_time = 5
CONF
}

mkdir -p "$run" "$log" "$dir"/{mon,osd,rgw,crash}
exec 9>"$dir/lock"
flock -w 300 9 || die "another start is running in $dir"
install_packages
for port in "$RGW_PORT" $((RGW_PORT + 1)); do
  alive mon >/dev/null || ! port_taken "$port" || die "port $port is taken by another process"
done

if [ ! -f "$made" ]; then
  for name in mon osd radosgw; do ! alive $name >/dev/null || die "a start before this one was broken off; wipe first"; done
  rm -rf "$dir"/{mon,osd,rgw}
  mkdir "$dir"/{mon,osd,rgw}
  osd_uuid=$(cat /proc/sys/kernel/random/uuid) fsid=$(cat /proc/sys/kernel/random/uuid)
  write_conf "$fsid"
  # The monitor makes its store only in an empty folder: the map lies beside it.
  monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$((RGW_PORT + 1))]" "$dir/monmap" \
    >"$log/make.out" 2>&1 || die "monmaptool failed, see $log/make.out"
  ceph-mon -c "$conf" --mkfs -i a --monmap "$dir/monmap" >>"$log/make.out" 2>&1 || die "the monitor's store could not be made, see $log"
fi
alive mon >/dev/null || spawn mon ceph-mon -c "$conf" -f -i a
if [ ! -f "$made" ]; then
  timeout 60 ceph -c "$conf" --connect-timeout 60 osd new "$osd_uuid" >>"$log/make.out" 2>&1 || die "the monitor does not answer, see $log"
  ceph-osd -c "$conf" --mkfs -i 0 --osd-uuid "$osd_uuid" --osd-objectstore memstore >>"$log/make.out" 2>&1 || die "the OSD's store could not be made, see $log"
fi
# Few malloc arenas that give memory back early: what was deleted would stay resident.
alive osd >/dev/null || spawn osd env MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072 \
  ceph-osd -c "$conf" -f -i 0
if [ ! -f "$made" ]; then
  timeout "$RGW_TIMEOUT" radosgw-admin -c "$conf" -n client.rgw user create --uid=tempo --display-name=tempo \
    --access-key="$RGW_ACCESS_KEY" --secret-key="$RGW_SECRET_KEY" --max-buckets=0 >>"$log/make.out" 2>&1 ||
    die "the S3 user could not be made, see $log"
fi
alive radosgw >/dev/null || spawn radosgw radosgw -c "$conf" -f -n client.rgw
deadline=$((SECONDS + RGW_TIMEOUT))
until s3_answers; do
  for name in mon osd radosgw; do
    alive $name >/dev/null || { tail -5 "$log/$name".* >&2 || true; die "$name has ended, see $log"; }
  done
  [ $SECONDS -lt $deadline ] || die "S3 does not answer after $RGW_TIMEOUT s, see $log"
  sleep 0.1
done
touch "$made"
if [ -n "$RGW_OWNER_PID" ] && ! alive watch >/dev/null; then spawn watch "$script" watch "$dir" "$RGW_OWNER_PID"; fi
cat <<READY
S3_ENDPOINT=http://127.0.0.1:$RGW_PORT
AWS_ACCESS_KEY_ID=$RGW_ACCESS_KEY
AWS_SECRET_ACCESS_KEY=$RGW_SECRET_KEY
READY
