# The recipes of the base images: what each is called, what it stands on, and how it is made, kept and loaded.
# shellcheck shell=bash

RECIPES=(debian-trixie debian-bookworm node python nginx redis postgres busybox distroless-static distroless-static-nonroot
  distroless-nodejs distroless-nodejs-nonroot golang)
declare -A TAGS=(
  [debian-trixie]="debian:trixie-slim debian:13-slim"
  [debian-bookworm]="debian:bookworm-slim debian:12-slim"
  [node]="node:24-slim node:24-trixie-slim node:24"
  [python]="python:3.13-slim python:3.13-slim-trixie python:3-slim python:3.13"
  [nginx]="nginx:1.26 nginx:stable nginx:latest"
  [redis]="redis:8.0 redis:8 redis:latest"
  [postgres]="postgres:17 postgres:17-trixie"
  [busybox]="busybox:1.37 busybox:1 busybox:latest"
  [distroless-static]="gcr.io/distroless/static-debian12:latest gcr.io/distroless/static:latest"
  [distroless-nodejs]="gcr.io/distroless/nodejs24-debian12:latest"
  [distroless-static-nonroot]="gcr.io/distroless/static-debian12:nonroot gcr.io/distroless/static:nonroot"
  [distroless-nodejs-nonroot]="gcr.io/distroless/nodejs24-debian12:nonroot"
  [golang]="golang:1.26 golang:1.26-trixie"
)
declare -A STANDS_ON=([node]=debian-trixie [python]=debian-trixie [nginx]=debian-trixie [redis]=debian-trixie [postgres]=debian-trixie
  [busybox]=debian-trixie [golang]=debian-trixie [distroless-static]=debian-bookworm [distroless-nodejs]=distroless-static
  [distroless-static-nonroot]=distroless-static [distroless-nodejs-nonroot]=distroless-nodejs)
LABEL=rockpool.test/recipe
# What the templates install: kept in the image, so that their builds need nothing from elsewhere.
PYTHON_REQUIREMENTS=("$HERE"/../../templates/{python,shop/api}/requirements{,-dev}.txt)

is_large() { case $1 in golang | postgres) return 0 ;; *) return 1 ;; esac; }

# recipe_of NAME: an image's name, with or without :latest, or the recipe's own.
recipe_of() {
  local recipe
  for recipe in "${RECIPES[@]}"; do
    case " $recipe ${TAGS[$recipe]} " in *" $1 "* | *" $1:latest "*) echo "$recipe" && return ;; esac
  done
  die "no recipe makes the image $1; there are: ${TAGS[*]}"
}

# provide RECIPE: nothing if the daemon has it, else loads it from the cache, else makes and keeps it.
provide() {
  local key tar
  key=$(key_of "$1")
  tar=$CACHE/images/$1-$key.tar
  has "$1" "$key" && return 0
  if [ ! -s "$tar" ]; then
    make "$1" "$key"
    # shellcheck disable=SC2086
    engine save ${TAGS[$1]} -o "$tar.part"
    mv "$tar.part" "$tar"
    find "$CACHE/images" -name "$1-????????????.tar" ! -name "$1-$key.tar" -delete
  else
    engine load -q -i "$tar" >/dev/null
  fi
}

# The hash of all that decides what comes out, what it stands on included.
key_of() {
  {
    declare -f make make_debian
    echo "${TAGS[$1]} $NODE $NPM $(uname -m)"
    [ -z "${STANDS_ON[$1]:-}" ] || key_of "${STANDS_ON[$1]}"
    case $1 in debian-*) cat "$HERE/lib/local-packages" ;; python) cat "${PYTHON_REQUIREMENTS[@]}" ;; esac
    [ ! -d "$HERE/image-recipes/$1" ] || (cd "$HERE/image-recipes/$1" && find . -type f | LC_ALL=C sort | xargs sha256sum)
    if [ "$1" = golang ]; then go version; fi
  } | sha256sum | cut -c1-12
}

has() {
  local tag
  for tag in ${TAGS[$1]}; do
    [ "$(engine image inspect -f "{{index .Config.Labels \"$LABEL\"}}" "$tag" 2>/dev/null)" = "$2" ] || return 1
  done
}

make() { # RECIPE KEY
  local work tag options=(--label "$LABEL=$2") started=$SECONDS
  case $1 in debian-*) make_debian "${1#debian-}" "$2" && return ;; esac
  [ -z "${STANDS_ON[$1]:-}" ] || provide "${STANDS_ON[$1]}"
  say "making ${TAGS[$1]%% *}"
  work=$(mktemp -d)
  cp -r "$HERE/image-recipes/$1/." "$work"
  case $1 in
  node | distroless-nodejs)
    unpack_npm "node-linux-$(node_arch)@$NODE" "$work/node"
    unpack_npm "npm@$NPM" "$work/npm"
    options+=(--build-arg "NODE_VERSION=$NODE")
    ;;
  python)
    mkdir -p "$work"/requirements/{python,shop}
    cp "${PYTHON_REQUIREMENTS[@]:0:2}" "$work/requirements/python"
    cp "${PYTHON_REQUIREMENTS[@]:2}" "$work/requirements/shop"
    ;;
  golang)
    case $(go env GOVERSION) in go1.26*) ;; *) die "golang:1.26 needs Go 1.26 on this machine, which has $(go env GOVERSION)" ;; esac
    options+=(--build-context "go=$(go env GOROOT)")
    ;;
  esac
  for tag in ${TAGS[$1]}; do options+=(-t "$tag"); done
  quietly engine build --provenance=false "${options[@]}" "$work"
  rm -rf "$work"
  say "made ${TAGS[$1]%% *} in $((SECONDS - started)) s"
}

# A Debian without what an image does not need, with this machine's certificate authorities.
make_debian() { # SUITE KEY
  local work tag started=$SECONDS changes=(-c 'CMD ["bash"]' -c "LABEL $LABEL=$2" -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  need_root
  say "making debian:$1-slim"
  work=$(mktemp -d)
  quietly mmdebstrap --variant=minbase --include=ca-certificates --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook="$HERE/lib/local-packages" --customize-hook='cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"' \
    --customize-hook='rm -rf "$1"/var/cache/apt/archives/* "$1"/var/log/*' \
    "$1" "$work/image.tar" "$(debian_mirror)"
  engine import "${changes[@]}" "$work/image.tar" "debian:$1-slim" >/dev/null
  for tag in ${TAGS[debian-$1]}; do engine tag "debian:$1-slim" "$tag"; done
  rm -rf "$work"
  say "made debian:$1-slim in $((SECONDS - started)) s"
}

unpack_npm() { # PACKAGE FOLDER
  local work
  work=$(mktemp -d)
  (cd "$work" && quietly npm pack --silent "$1")
  mkdir -p "$2"
  tar -xzf "$work"/*.tgz -C "$2" --strip-components 1
  rm -rf "$work"
}

node_arch() { case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac; }

engine() { docker -H "unix://$DIR/docker.sock" "$@"; }
