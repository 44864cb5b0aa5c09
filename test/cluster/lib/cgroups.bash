# Every process of the cluster, daemon or container, lives in a cgroup below rockpool-cluster: how `down` finds them all,
# also those whose parents were killed.
# shellcheck shell=bash

CGROUP=rockpool-cluster

# The mounted hierarchies: one on cgroup v2, one per controller on v1.
cgroup_roots() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts; }

make_cgroups() {
  local root f
  for root in $(cgroup_roots); do
    mkdir -p "$root/$CGROUP"
    for f in cpuset.cpus cpuset.mems; do # a v1 cpuset starts empty and takes no process so
      if [ -e "$root/$CGROUP/$f" ] && [ "$root" != /sys/fs/cgroup ]; then cat "$root/$f" >"$root/$CGROUP/$f"; fi
    done
  done
  mkdir -p "$(daemon_cgroup)"
}

daemon_cgroup() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo "/sys/fs/cgroup/$CGROUP/daemons"; else echo "/sys/fs/cgroup/pids/$CGROUP/daemons"; fi
}

enter_cgroup() { echo "$BASHPID" >"$(daemon_cgroup)/cgroup.procs"; }

cgroup_pids() {
  local root
  for root in $(cgroup_roots); do
    [ ! -d "$root/$CGROUP" ] || find "$root/$CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null
  done | sort -un
}

kill_cgroup() {
  local end=$((SECONDS + 20)) pids
  while pids=$(cgroup_pids) && [ -n "$pids" ]; do
    ((SECONDS < end)) || { say "still running: $(tr '\n' ' ' <<<"$pids")"; return 1; }
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
}

remove_cgroups() {
  local root
  for root in $(cgroup_roots); do
    [ ! -d "$root/$CGROUP" ] || find "$root/$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}
