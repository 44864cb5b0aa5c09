# The configuration files of the daemons.
# shellcheck shell=bash

PAUSE_IMAGE=rockpool.test/pause:1

write_settings() {
  mkdir -p "$DIR"/{conf/cni,log,run,volumes}
  containerd_settings >"$DIR/conf/containerd.toml"
  cni_settings >"$DIR/conf/cni/10-pods.conflist"
  docker_settings >"$DIR/conf/docker.json"
  audit_policy >"$DIR/conf/audit.yaml"
  kubelet_settings >"$DIR/conf/kubelet.yaml"
  kube_proxy_settings >"$DIR/conf/kube-proxy.yaml"
  corefile >"$DIR/conf/Corefile"
}

# restrict_oom_score_adj: where a lower score may not be asked for, no pod would start without it.
# The paths keep everything below DIR that would else go to /run, /opt and /var.
containerd_settings() {
  cat <<E
version = 3
root = "$DIR/containerd/root"
state = "$DIR/containerd/state"
[grpc]
  address = "$DIR/containerd.sock"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "$PAUSE_IMAGE"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["$CACHE/debian/usr/lib/cni"]
  conf_dir = "$DIR/conf/cni"
  use_internal_loopback = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    SystemdCgroup = false
    Root = "$DIR/runc"
[plugins.'io.containerd.internal.v1.opt']
  path = "$DIR/containerd/opt"
[plugins.'io.containerd.nri.v1.nri']
  disable = true
E
}

cni_settings() {
  cat <<E
{"cniVersion": "1.0.0", "name": "$POD_BRIDGE", "plugins": [
  {"type": "bridge", "bridge": "$POD_BRIDGE", "isGateway": true, "hairpinMode": true, "mtu": $(uplink_mtu),
   "ipam": {"type": "host-local", "dataDir": "$DIR/cni-leases", "ranges": [[{"subnet": "$POD_NET"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "backend": "nftables", "capabilities": {"portMappings": true}}
]}
E
}

# Docker shares the kubelet's containerd and its namespace: what it builds is at once what the node can run.
docker_settings() {
  cat <<E
{
  "features": {"containerd-snapshotter": true},
  "containerd": "$DIR/containerd.sock", "containerd-namespace": "k8s.io", "containerd-plugins-namespace": "plugins.k8s.io",
  "data-root": "$DIR/docker", "exec-root": "$DIR/docker-exec", "pidfile": "$DIR/docker-exec/dockerd.pid",
  "hosts": ["unix://$DIR/docker.sock", "tcp://127.0.0.1:12376"],
  "tlsverify": true, "tlscacert": "$DIR/pki/ca.crt", "tlscert": "$DIR/pki/docker.crt", "tlskey": "$DIR/pki/docker.key",
  "bridge": "$DOCKER_BRIDGE", "iptables": false, "ip6tables": false, "ip-forward": false, "mtu": $(uplink_mtu),
  "default-address-pools": [{"base": "$DOCKER_POOL", "size": 24}],
  "cgroup-parent": "/$CGROUP/docker", "exec-opts": ["native.cgroupdriver=cgroupfs"],
  "userland-proxy-path": "$BIN/docker-proxy", "init-path": "$BIN/docker-init"
}
E
}

# One line per finished request of everyone but the control plane itself.
audit_policy() {
  cat <<E
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- level: None
  users: [system:apiserver, system:kube-controller-manager, system:kube-scheduler, system:kube-proxy, system:coredns, system:storage-provisioner, system:cluster-up, kube-apiserver-kubelet-client]
- level: None
  userGroups: [system:nodes, system:serviceaccounts:kube-system]
- level: Metadata
E
}

kubelet_settings() {
  cat <<E
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_IP
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $DIR/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $DIR/pki/kubelet-server.crt
tlsPrivateKeyFile: $DIR/pki/kubelet-server.key
containerRuntimeEndpoint: unix://$DIR/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
localStorageCapacityIsolation: false
makeIPTablesUtilChains: false
clusterDNS: [$NODE_IP]
clusterDomain: cluster.local
podLogsDir: $DIR/pod-logs
volumePluginDir: $DIR/kubelet/volume-plugins
containerLogMaxSize: ${LOG_MAX_SIZE:-50Mi}
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
serializeImagePulls: false
E
}

# Zeroes: the machine's conntrack settings stay as they are.
kube_proxy_settings() {
  cat <<E
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: {kubeconfig: $DIR/pki/kube-proxy.kubeconfig}
hostnameOverride: minikube
clusterCIDR: $POD_NET
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
E
}

corefile() {
  cat <<E
.:53 {
  bind $NODE_IP
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig $DIR/pki/coredns.kubeconfig
    pods insecure
  }
  forward . /etc/resolv.conf
  cache 5
}
E
}
