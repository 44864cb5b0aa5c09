# Ends a cluster, in whatever state it is, and takes away all that it made; and says what would be left.
# shellcheck shell=bash

# teardown DIR
teardown() {
  kill_cgroup
  unmount_below "$1"
  remove_network
  remove_cgroups
  remove_files "$1"
}

unmount_below() {
  local mount
  mounts_below "$1" | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null || true; done
}

# \040 and the like: how /proc/mounts writes a space.
mounts_below() { awk -v d="$1/" 'index($2, d) == 1 { print $2 }' /proc/self/mounts | while read -r m; do printf '%b\n' "$m"; done; }

remove_files() {
  local mount
  # Never delete through a mount: a pod may have had a folder of the machine in it.
  mount=$(mounts_below "$1" | head -n1)
  [ -z "$mount" ] || { say "still mounted: $mount; $1 is left as it is"; return 1; }
  rm -rf --one-file-system "$1"
  stray_files "$1" | while read -r f; do rm -rf "$f"; done
  # Folders that the runtimes make if need be: gone when nothing else is in them.
  rmdir /var/lib/cni/results /var/lib/cni /var/lib/kubelet/device-plugins /var/lib/kubelet /var/log/containers \
    /run/containerd/s /run/containerd /run/docker/plugins /run/docker /run/runc /run/mount 2>/dev/null || true
}

# What the daemons put outside DIR, because no setting says otherwise.
stray_files() {
  local f
  find /var/lib/cni -path "*$POD_BRIDGE-*" 2>/dev/null || true
  for f in /var/log/containers/*; do
    if [ -L "$f" ] && [[ $(readlink "$f") == "$1"/* ]]; then echo "$f"; fi
  done
  # The kubelet's socket for device plugins and the runtime's sockets of its containers: stale when nobody listens.
  for f in /var/lib/kubelet/device-plugins/kubelet.sock /run/containerd/s/*; do
    if [ -S "$f" ] && ! grep -qF " $f" /proc/net/unix; then echo "$f"; fi
  done
}

# leftovers DIR: one line each.
leftovers() {
  local f
  for f in $(cgroup_pids); do echo "process $f: $(tr '\0' ' ' <"/proc/$f/cmdline" 2>/dev/null | cut -c1-120)"; done
  daemons_of "$1"
  mounts_below "$1" | sed 's/^/mount /'
  cluster_links | sed 's/^/network link /'
  ip -o addr show | grep -F " $NODE_IP/" | sed 's/^/address /' || true
  nft list tables 2>/dev/null | grep -E "$(IFS='|'; echo "${NFT_TABLES[*]}")" | sed 's/^/nftables /' || true
  { iptables-save; ip6tables-save; } 2>/dev/null | grep -E 'rockpool-cluster|^:(KUBE|CNI|DOCKER)' | sed 's/^/iptables /' || true
  ip netns list 2>/dev/null | grep '^cni-' | sed 's/^/network namespace /' || true
  for f in $(cgroup_roots); do [ ! -d "$f/$CGROUP" ] || echo "cgroup $f/$CGROUP"; done
  stray_files "$1" | sed 's/^/file /'
  for f in "$1" "$LOCK" "$SYSCTLS_BEFORE" /tmp/hostpath_pv; do [ ! -e "$f" ] || echo "file $f"; done
}

# Processes that speak of the folder in their arguments, wherever they are.
daemons_of() {
  local f
  for f in /proc/[0-9]*; do
    if [ "${f#/proc/}" != $$ ] && tr '\0' ' ' <"$f/cmdline" 2>/dev/null | grep -qF -- "$1/"; then
      echo "process ${f#/proc/}: $(tr '\0' ' ' <"$f/cmdline" 2>/dev/null | cut -c1-120)"
    fi
  done
}
