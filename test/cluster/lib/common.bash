# Paths, messages and waiting: sourced by every script here.
# shellcheck shell=bash
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${ROCKPOOL_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rockpool/cluster}
BIN=$CACHE/bin
# The state of the running cluster. An absolute path of at most 60 characters: sockets lie below it.
DIR=${ROCKPOOL_CLUSTER_DIR:-/tmp/rockpool-cluster}
# Outside DIR, so that two clusters with different folders still see each other: they would share ports and bridges.
LOCK=/run/rockpool-cluster.lock
export PATH=$BIN:$PATH
# What docker and kubectl note down for themselves goes with the cluster.
export DOCKER_CONFIG=$DIR/docker-cli KUBECACHEDIR=$DIR/kube-cache

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

need_root() { [ "$(id -u)" = 0 ] || die "must run as root: it makes network links, mounts and cgroups"; }

# wait_for SECONDS WHAT COMMAND...: until COMMAND succeeds; then 0, else says WHAT and gives 1.
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || { say "${0##*/}: timed out waiting for $what"; return 1; }
    sleep 0.05
  done
}

alive() { [ -n "${1:-}" ] && [ -d "/proc/$1" ] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; }

# version_of MODULE: the version that programs/go.mod pins, without the v.
version_of() { awk -v m="$1" '$1 == m && $2 ~ /^v/ { print substr($2, 2); exit }' "$HERE/programs/go.mod"; }

# quietly COMMAND...: its output only when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  [ $status = 0 ] || cat "$log" >&2
  rm -f "$log"
  return $status
}

# The mirror that this machine's apt already uses for Debian itself.
debian_mirror() {
  local mirror
  mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | awk '
    $1 == "URIs:" || $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /\/debian\/?$/ && !found++) print $i }')
  echo "${mirror:?no Debian mirror in /etc/apt/sources.list.d/debian.sources or /etc/apt/sources.list}"
}
