# Starting the daemons, in the order in which they need each other.
# shellcheck shell=bash

DAEMONS=(containerd dockerd etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy coredns storage-provisioner)

# start NAME ARGUMENT...: in the background, output to a log, pid to a file.
start() {
  local name=$1
  (
    enter_cgroup
    exec 9>&-
    echo $BASHPID >"$DIR/run/$name.pid"
    exec setsid "$@" >"$DIR/log/$name.log" 2>&1 </dev/null
  ) &
  disown
}

# wait_for_daemon NAME COMMAND...: until COMMAND succeeds, or the daemon has ended.
wait_for_daemon() {
  local name=$1
  shift
  wait_for 60 "$name" succeeds_or_ended "$name" "$@" && alive "$(cat "$DIR/run/$name.pid")" && return 0
  say "$name does not come up; the end of its log:"
  tail -n 5 "$DIR/log/$name.log" >&2
  return 1
}

succeeds_or_ended() {
  local name=$1
  shift
  "$@" || { [ -s "$DIR/run/$name.pid" ] && ! alive "$(cat "$DIR/run/$name.pid")"; }
}

daemons_alive() {
  local name
  for name in "${DAEMONS[@]}"; do alive "$(cat "$DIR/run/$name.pid" 2>/dev/null)" || return 1; done
}

start_runtime() {
  start containerd --config "$DIR/conf/containerd.toml"
  wait_for_daemon containerd ctr -a "$DIR/containerd.sock" version
  start dockerd --config-file "$DIR/conf/docker.json"
  wait_for_daemon dockerd docker -H "unix://$DIR/docker.sock" version
  # The container that holds a pod's namespaces; there is no registry to have it from.
  tar -C "$BIN" --dereference --transform 's|.*|pause|' -c pause |
    docker -H "unix://$DIR/docker.sock" import -c 'ENTRYPOINT ["/pause"]' - "$PAUSE_IMAGE" >/dev/null
}

start_control_plane() {
  local pki=$DIR/pki
  start etcd --data-dir "$DIR/etcd" --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 \
    --listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380 --initial-cluster default=http://127.0.0.1:12380 \
    --unsafe-no-fsync --log-level warn
  start kube-apiserver --etcd-servers http://127.0.0.1:12379 --bind-address "$NODE_IP" --advertise-address "$NODE_IP" --secure-port 8443 \
    --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
    --service-account-key-file "$pki/sa.key" --service-account-signing-key-file "$pki/sa.key" \
    --service-account-issuer https://kubernetes.default.svc.cluster.local --service-cluster-ip-range "$SERVICE_NET" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
    --kubelet-client-certificate "$pki/apiserver-kubelet-client.crt" --kubelet-client-key "$pki/apiserver-kubelet-client.key" \
    --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP \
    --audit-policy-file "$DIR/conf/audit.yaml" --audit-log-path "$DIR/log/audit.log" --audit-log-maxsize 500
  wait_for_daemon etcd curl -fs http://127.0.0.1:12379/health
  wait_for_daemon kube-apiserver admin get --raw /readyz
  start kube-controller-manager --kubeconfig "$pki/kube-controller-manager.kubeconfig" --service-account-private-key-file "$pki/sa.key" \
    --root-ca-file "$pki/ca.crt" --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key" \
    --use-service-account-credentials --leader-elect=false --secure-port 0 \
    --flex-volume-plugin-dir "$DIR/kubelet/volume-plugins"
  start kube-scheduler --kubeconfig "$pki/kube-scheduler.kubeconfig" --leader-elect=false --secure-port 0
}

start_node() {
  start kubelet --config "$DIR/conf/kubelet.yaml" --kubeconfig "$DIR/pki/kubelet.kubeconfig" --root-dir "$DIR/kubelet" \
    --cert-dir "$DIR/kubelet/pki" --hostname-override minikube --node-ip "$NODE_IP"
  start kube-proxy --config "$DIR/conf/kube-proxy.yaml"
  start coredns -conf "$DIR/conf/Corefile"
  start storage-provisioner -kubeconfig "$DIR/pki/storage-provisioner.kubeconfig" -root "$DIR/volumes"
}

make_first_objects() {
  admin apply --server-side -f - >/dev/null <<E
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: k8s.io/minikube-hostpath
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "system:coredns"}
rules:
- {apiGroups: [""], resources: [services, pods, namespaces], verbs: [list, watch]}
- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:coredns"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:coredns"}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:coredns"}]
E
  wait_for 30 "the default service account" admin get serviceaccount default
}

label_node() { admin label node minikube node-role.kubernetes.io/control-plane= minikube.k8s.io/name=minikube minikube.k8s.io/primary=true >/dev/null; }

node_is_ready() { admin get nodes --no-headers | grep -q ' Ready '; }

admin() { kubectl --kubeconfig "$DIR/pki/cluster-up.kubeconfig" "$@"; }
