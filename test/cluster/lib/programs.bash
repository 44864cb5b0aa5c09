# What `install` does, step by step. Each step does nothing when its result is there.
# shellcheck shell=bash

# Commands that must be on PATH, and the Debian package of each. Their versions do not matter here.
PACKAGES=(iptables:iptables nft:nftables runc:runc ip:iproute2 flock:util-linux mount:mount
  openssl:openssl mmdebstrap:mmdebstrap tmux:tmux git:git curl:curl make:make)
# By which apt and mmdebstrap trust the later Debian.
KEYRING=/usr/share/keyrings/debian-archive-trixie-automatic.gpg
# Programs of a later Debian, unpacked into the cache and never installed: Debian 12's containerd is too old for
# Kubernetes 1.36, and installing the newer ones would pull a new libc under the whole machine. All of them ask for
# no more than the libc and libsystemd that Debian 12 has.
SUITE=forky
DEBIAN_PROGRAMS=(containerd docker.io docker-cli docker-buildx etcd-server containernetworking-plugins tini-static kustomize)
GO_PROGRAMS=(
  kube-apiserver:k8s.io/kubernetes:cmd/kube-apiserver
  kube-controller-manager:k8s.io/kubernetes:cmd/kube-controller-manager
  kube-scheduler:k8s.io/kubernetes:cmd/kube-scheduler
  kube-proxy:k8s.io/kubernetes:cmd/kube-proxy
  kubelet:k8s.io/kubernetes:cmd/kubelet
  kubectl:k8s.io/kubernetes:cmd/kubectl
  helm:helm.sh/helm/v4:cmd/helm
  stern:github.com/stern/stern:.
  coredns:github.com/coredns/coredns:./coredns
  storage-provisioner:sigs.k8s.io/sig-storage-lib-external-provisioner/v13:./storage-provisioner
  pause:programs:./pause
)

install_packages() {
  local entry missing=()
  for entry in "${PACKAGES[@]}"; do
    command -v "${entry%%:*}" >/dev/null || missing+=("${entry##*:}")
  done
  [ -e $KEYRING ] || missing+=(debian-archive-keyring)
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing Debian packages: ${missing[*]}"
  quietly apt-get update -qq
  # RUNLEVEL: a package's service must not start.
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 quietly apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

install_debian_programs() {
  local key root=$CACHE/debian program
  key="$SUITE ${DEBIAN_PROGRAMS[*]}"
  [ "$(cat "$root/.made-from" 2>/dev/null)" != "$key" ] || return 0
  say "fetching ${DEBIAN_PROGRAMS[*]} of Debian $SUITE"
  rm -rf "$root" "$root.part"
  mkdir -p "$root.part"
  unpack_debian_programs "$root.part"
  mv "$root.part" "$root"
  for program in "$root"/usr/{bin,sbin}/*; do ln -sfn "$program" "$BIN/${program##*/}"; done
  ln -sfn tini-static "$BIN/docker-init"
  for program in containerd dockerd etcd docker; do
    quietly "$BIN/$program" --version || die "$program of Debian $SUITE does not run on this machine"
  done
  echo "$key" >"$root/.made-from"
}

# With an apt of its own (sources, lists, cache), so that the machine's apt never hears of the later Debian.
unpack_debian_programs() {
  local into=$1 work=$1.work deb
  rm -rf "$work"
  mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$(debian_mirror)" "$SUITE" >"$work/later.sources"
  local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/later.sources" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  quietly "${apt[@]}" update
  (cd "$work/debs" && quietly "${apt[@]}" download "${DEBIAN_PROGRAMS[@]}")
  for deb in "$work"/debs/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$into" --exclude './etc' --exclude './usr/share' --exclude './usr/lib/containerd'
  done
  rm -rf "$work"
}

install_go_programs() {
  local entry name module package version missing=() started=$SECONDS
  for entry in "${GO_PROGRAMS[@]}"; do
    IFS=: read -r name module package <<<"$entry"
    [ -x "$BIN/$name-$(go_version "$module" "$package")" ] || missing+=("$entry")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    command -v go >/dev/null || die "go is needed to build $(printf '%s\n' "${missing[@]%%:*}" | tr '\n' ' ')(any from 1.21 on: it fetches the one that programs/go.mod asks for)"
    say "building ${missing[*]%%:*} (some minutes the first time)"
    build_go_programs "${missing[@]}"
    say "built in $((SECONDS - started)) s"
  fi
  for entry in "${GO_PROGRAMS[@]}"; do
    IFS=: read -r name module package <<<"$entry"
    ln -sfn "$name-$(go_version "$module" "$package")" "$BIN/$name"
  done
}

# One `go build` for all that is missing: they share most of what is compiled.
build_go_programs() {
  local out entry name module package packages=() kubernetes
  kubernetes=$(version_of k8s.io/kubernetes)
  out=$(mktemp -d "$CACHE/build.XXXXXX")
  for entry in "$@"; do
    IFS=: read -r name module package <<<"$entry"
    case $package in
    .) packages+=("$module") ;;
    ./*) packages+=("$package") ;;
    *) packages+=("$module/$package") ;;
    esac
  done
  local stamp=k8s.io/component-base/version minor=${kubernetes#*.}
  (cd "$HERE/programs" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off quietly go build -trimpath -o "$out/" -ldflags "-s -w
    -X $stamp.gitVersion=v$kubernetes -X $stamp.gitMajor=${kubernetes%%.*} -X $stamp.gitMinor=${minor%%.*}" "${packages[@]}") ||
    { rm -rf "$out"; die "the build of the cluster's programs failed"; }
  for entry in "$@"; do
    IFS=: read -r name module package <<<"$entry"
    mv "$out/$name" "$BIN/$name-$(go_version "$module" "$package")"
  done
  rm -rf "$out"
}

# go_version MODULE PACKAGE: of a package that stands here, with a hash of its source.
go_version() {
  local version
  version=$(version_of "$1")
  case $2 in ./*) version=${version:+$version-}$(sha256sum "$HERE/programs/$2/main.go" | cut -c1-8) ;; esac
  echo "$version"
}

# The registry of this machine's own Debian, unpacked and never installed: its package would start a service.
install_registry() {
  local root=$CACHE/registry
  [ ! -x "$root/usr/bin/docker-registry" ] || { ln -sfn "$root/usr/bin/docker-registry" "$BIN/docker-registry" && return; }
  say "fetching docker-registry"
  rm -rf "$root" "$root.part"
  mkdir -p "$root.part"
  (cd "$root.part" && { quietly apt-get -qq -o APT::Sandbox::User=root download docker-registry 2>/dev/null ||
    { quietly apt-get update -qq && quietly apt-get -qq -o APT::Sandbox::User=root download docker-registry; }; })
  dpkg-deb --fsys-tarfile "$root.part"/*.deb | tar -x -C "$root.part" ./usr/bin/docker-registry
  rm -f "$root.part"/*.deb
  mv "$root.part" "$root"
  ln -sfn "$root/usr/bin/docker-registry" "$BIN/docker-registry"
}

# The docker command looks for its plugins in fixed folders; a buildx that the machine already has stays.
link_buildx() {
  local plugins=/usr/local/lib/docker/cli-plugins
  quietly "$BIN/docker" buildx version 2>/dev/null && return 0
  mkdir -p "$plugins"
  ln -sfn "$CACHE/debian/usr/libexec/docker/cli-plugins/docker-buildx" "$plugins/docker-buildx"
  quietly "$BIN/docker" buildx version
}
