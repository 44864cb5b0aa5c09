# Certificates, and a kubeconfig for every user of the apiserver. Each component has its own name, as on a real control
# plane, so that the audit log tells the test's requests from theirs.
# shellcheck shell=bash

MINIKUBE_VERSION=v1.38.1
SERVER=https://$NODE_IP:8443

make_pki() {
  local pki=$DIR/pki
  mkdir -p "$pki" "$DIR/certs"
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -days 3650 -subj /CN=minikubeCA -out "$pki/ca.crt" \
    -addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign
  make_cert apiserver /CN=kube-apiserver "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:$NODE_IP,IP:${SERVICE_NET%.0/*}.1"
  make_cert apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  make_cert kubelet-server /CN=minikube "DNS:minikube,IP:$NODE_IP"
  make_cert docker /CN=docker "DNS:localhost,DNS:minikube,IP:127.0.0.1,IP:$NODE_IP"
  make_cert kubelet /O=system:nodes/CN=system:node:minikube
  make_cert kube-controller-manager /CN=system:kube-controller-manager
  make_cert kube-scheduler /CN=system:kube-scheduler
  make_cert kube-proxy /CN=system:kube-proxy
  make_cert coredns /CN=system:coredns
  make_cert storage-provisioner /O=system:masters/CN=system:storage-provisioner
  make_cert cluster-up /O=system:masters/CN=system:cluster-up
  make_cert minikube-user /O=system:masters/CN=minikube-user
  make_cert prod-user /O=system:masters/CN=prod-user
  openssl genrsa -out "$pki/sa.key" 2048 2>/dev/null
  # The folder that docker-env names.
  cp "$pki/ca.crt" "$DIR/certs/ca.pem"
  cp "$pki/docker.crt" "$DIR/certs/cert.pem"
  cp "$pki/docker.key" "$DIR/certs/key.pem"
}

make_cert() { # NAME SUBJECT [NAMES]
  local at=$DIR/pki/$1
  # Python's ssl refuses a certificate, or an authority, that does not say what its key may be used for.
  printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,serverAuth\nbasicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n%s' \
    "${3:+subjectAltName=$3}" >"$at.ext"
  openssl ecparam -name prime256v1 -genkey -noout -out "$at.key"
  openssl req -new -key "$at.key" -subj "$2" |
    openssl x509 -req -CA "$DIR/pki/ca.crt" -CAkey "$DIR/pki/ca.key" -CAcreateserial -days 3650 -extfile "$at.ext" -out "$at.crt" 2>/dev/null
}

make_kubeconfigs() {
  local user
  for user in kubelet kube-controller-manager kube-scheduler kube-proxy coredns storage-provisioner cluster-up; do
    kubeconfig_of "$user" minikube "$user" >"$DIR/pki/$user.kubeconfig"
  done
  kubeconfig_of minikube-user minikube minikube marked >"$DIR/kubeconfig"
  # The same server under another name and user: for the test that a context which is not allowed is never written to.
  kubeconfig_of prod-user prod-eu prod-user >"$DIR/kubeconfig-prod"
}

# CERT CONTEXT USER [marked]: with the marks by which a context is known to be minikube's, whatever its name.
kubeconfig_of() {
  local cluster_mark='' context_mark=''
  if [ -n "${4:-}" ]; then cluster_mark=$(minikube_mark cluster_info) context_mark=$(minikube_mark context_info); fi
  cat <<E
apiVersion: v1
clusters:
- cluster:
    certificate-authority: $DIR/pki/ca.crt${cluster_mark:+
$cluster_mark}
    server: $SERVER
  name: $2
contexts:
- context:
    cluster: $2${context_mark:+
$context_mark}
    namespace: default
    user: $3
  name: $2
current-context: $2
kind: Config
users:
- name: $3
  user:
    client-certificate: $DIR/pki/$1.crt
    client-key: $DIR/pki/$1.key
E
}

minikube_mark() {
  cat <<E
    extensions:
    - extension:
        last-update: $(LC_ALL=C date -u '+%a, %d %b %Y %T UTC')
        provider: minikube.sigs.k8s.io
        version: $MINIKUBE_VERSION
      name: $1
E
}
