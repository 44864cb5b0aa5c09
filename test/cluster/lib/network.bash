# What the cluster changes in the machine's network: an address on lo, two bridges, nftables tables of its own, and a few
# kernel settings that are put back. No chain of iptables is made (kube-proxy runs in nftables mode; dockerd and the
# bridge plugin leave masquerading to the table made here).
# shellcheck shell=bash

NODE_IP=10.99.99.99
POD_BRIDGE=rockpool-pods DOCKER_BRIDGE=rockpool-docker
POD_NET=10.244.0.0/24 SERVICE_NET=10.96.0.0/16 DOCKER_NET=172.31.255.0/24 DOCKER_POOL=172.30.0.0/16
NFT_TABLES=("ip rockpool-cluster" "ip kube-proxy" "ip6 kube-proxy" "ip cni_hostport" "ip6 cni_hostport")
# Settings that the kubelet, kube-proxy or `up` write. In /run, as they are gone after a reboot too.
SYSCTLS=(net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.ipv4.conf.all.route_localnet vm.overcommit_memory
  vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)
SYSCTLS_BEFORE=/run/rockpool-cluster.sysctls

make_network() {
  [ -e "$SYSCTLS_BEFORE" ] || sysctl -e "${SYSCTLS[@]}" >"$SYSCTLS_BEFORE" 2>/dev/null
  [ -e /proc/sys/net/bridge ] || modprobe br_netfilter 2>/dev/null || true
  sysctl -qw net.ipv4.ip_forward=1
  # Else the answer of a Service's pod to another pod on the bridge goes around the translation back.
  sysctl -qw net.bridge.bridge-nf-call-iptables=1
  ip addr replace $NODE_IP/32 dev lo
  ip link show "$DOCKER_BRIDGE" >/dev/null 2>&1 || ip link add "$DOCKER_BRIDGE" type bridge
  ip addr replace "${DOCKER_NET%.0/*}.1/24" dev "$DOCKER_BRIDGE"
  ip link set "$DOCKER_BRIDGE" mtu "$(uplink_mtu)" up
  nft -f - <<E
table ip rockpool-cluster
delete table ip rockpool-cluster
table ip rockpool-cluster {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr $POD_NET ip daddr != $POD_NET masquerade
    ip saddr $DOCKER_NET ip daddr != $DOCKER_NET masquerade
    ip saddr $DOCKER_POOL ip daddr != $DOCKER_POOL masquerade
  }
}
E
  # A firewall or another Docker on the machine may drop what is forwarded.
  if iptables -S FORWARD 2>/dev/null | grep -qx -- '-P FORWARD DROP'; then forward_rules -I; fi
}

# forward_rules -I|-D|-C
forward_rules() {
  local net way
  for net in $POD_NET $DOCKER_NET $DOCKER_POOL; do
    for way in -s -d; do
      iptables "$1" FORWARD -m comment --comment rockpool-cluster "$way" "$net" -j ACCEPT 2>/dev/null || return 1
    done
  done
}

remove_network() {
  local link table
  while forward_rules -D; do :; done
  for table in "${NFT_TABLES[@]}"; do
    # shellcheck disable=SC2086
    nft delete table $table 2>/dev/null || true
  done
  for link in $(cluster_links); do ip link delete "$link" 2>/dev/null || true; done
  ip addr del $NODE_IP/32 dev lo 2>/dev/null || true
  if [ -s "$SYSCTLS_BEFORE" ]; then sysctl -qe -p "$SYSCTLS_BEFORE" >/dev/null 2>&1 || true; fi
  rm -f "$SYSCTLS_BEFORE"
}

# The bridges, what hangs on them, and the bridges of networks that were made in the cluster's Docker.
cluster_links() {
  local bridge
  for bridge in "$POD_BRIDGE" "$DOCKER_BRIDGE" $(ip -4 -o addr show | awk -v p="${DOCKER_POOL%.0.0/*}." '$2 ~ /^br-/ && index($4, p) == 1 { print $2 }'); do
    ip -o link show master "$bridge" 2>/dev/null | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
    ip -o link show "$bridge" 2>/dev/null | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
  done
}

uplink_mtu() {
  local link
  link=$(ip -o -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n1)
  cat "/sys/class/net/$link/mtu" 2>/dev/null || echo 1500
}
