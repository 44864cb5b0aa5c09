/**
 * Programs that a RUN step finds before this machine's own, by name. There is no root and no chroot, so what would
 * change the machine goes to the image's folder (`ROCKPOOL_ROOT`), has no effect and says so, or is refused. Plain sh, as
 * every machine has it; `ROCKPOOL_PATH` is PATH without them. Lines that begin with `rockpool: ` become warnings.
 */
export function standIns(): ReadonlyMap<string, string> {
  return new Map([
    ...WRITING.map((name): [string, string] => [name, MOVED]),
    ...USELESS.map((name): [string, string] => [name, WITHOUT_EFFECT]),
    ...INSTALLERS.map((name): [string, string] => [name, INSTALLER]),
    ...REFUSED.map((name): [string, string] => [name, REFUSAL]),
    ['npm', NPM],
  ]);
}

/** These may be told absolute paths that no rewriting of the script has seen, such as `$(cat path)`. */
const WRITING = ['chmod', 'cp', 'install', 'ln', 'mkdir', 'mv', 'rm', 'rmdir', 'tee', 'touch', 'truncate'];
/** Owners, users and groups mean nothing to containers that run as you. */
const USELESS =
  'addgroup adduser chgrp chown chpasswd groupadd groupmod ldconfig locale-gen passwd setcap update-ca-certificates useradd usermod'.split(
    ' ',
  );
const INSTALLERS = ['apk', 'apt', 'apt-get', 'dnf', 'microdnf', 'yum'];
const REFUSED = 'chroot dpkg dpkg-reconfigure mount rpm service su sudo systemctl umount'.split(' ');

/** Sources of cp, ln, mv and install are read where they are when the image does not have them. */
const MOVED = `#!/bin/sh
name=\${0##*/}
last=$#
at=0
for word do
  at=$((at + 1))
  shift
  case $word in
    "$ROCKPOOL_ROOT" | "$ROCKPOOL_ROOT"/* | "$ROCKPOOL_CACHES"/* | /dev/*) ;;
    /*)
      case $name in
        cp | ln | install) [ "$at" -lt "$last" ] && ! [ -e "$ROCKPOOL_ROOT$word" ] || word=$ROCKPOOL_ROOT$word ;;
        *) word=$ROCKPOOL_ROOT$word ;;
      esac ;;
  esac
  set -- "$@" "$word"
done
PATH=$ROCKPOOL_PATH exec "$name" "$@"
`;

/**
 * npm works in the nearest folder above that has a package.json: it must be the image's, or the one that the step is in,
 * and never one above the image.
 */
const NPM = `#!/bin/sh
real=$(PATH=$ROCKPOOL_PATH command -v npm) || { echo "npm: not found" >&2; exit 127; }
folder=$PWD
while :; do
  if [ -e "$folder/package.json" ] || [ -e "$folder/node_modules" ]; then exec "$real" "$@"; fi
  case $folder in "$ROCKPOOL_ROOT" | / | "") break ;; esac
  folder=\${folder%/*}
done
for word do
  case $word in -g | --global | --location=global | --prefix*) exec "$real" "$@" ;; esac
done
exec "$real" --prefix "$PWD" "$@"
`;

const WITHOUT_EFFECT = `#!/bin/sh
echo "rockpool: \${0##*/} has no effect in the sandbox: its containers run as you, with this machine's settings" >&2
`;

const REFUSAL = `#!/bin/sh
echo "rockpool: the sandbox does not run \${0##*/}: its containers are plain processes of this machine, without root" >&2
exit 126
`;

/**
 * Nothing is installed. Init programs are stood in for by a script (the sandbox stops whole process groups itself), what
 * every machine has is passed over, and a package with a program of this machine stands for that; anything else fails.
 */
const INSTALLER = `#!/bin/sh
name=\${0##*/}
program() {
  case $1 in
    build-essential | build-base | g++) echo c++ ;;
    gcc) echo cc ;;
    dnsutils | bind-tools) echo dig ;;
    gnupg | gnupg2) echo gpg ;;
    iproute2) echo ip ;;
    iputils-ping | iputils) echo ping ;;
    netcat | netcat-openbsd | netcat-traditional) echo nc ;;
    nodejs) echo node ;;
    openssh-client | openssh) echo ssh ;;
    openjdk-*) echo java ;;
    postgresql-client*) echo psql ;;
    procps) echo ps ;;
    py3-pip | python3-pip) echo pip3 ;;
    python3-minimal) echo python3 ;;
    redis-tools) echo redis-cli ;;
    xz-utils) echo xz ;;
    *) echo "$1" ;;
  esac
}
init() {
  case $name in apk) folder=/sbin ;; *) folder=/usr/bin ;; esac
  mkdir -p "$ROCKPOOL_ROOT$folder"
  cat >"$ROCKPOOL_ROOT$folder/$1" <<'END'
#!/bin/sh
# Stands in for an init program: it starts the command behind its options.
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    -p | -e | -r | --rewrite) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
exec "$@"
END
  chmod 755 "$ROCKPOOL_ROOT$folder/$1"
  echo "rockpool: $name: $1 is a script in the sandbox that only starts its command" >&2
}
package() {
  case $1 in
    tini | dumb-init | catatonit) init "$1" ;;
    ca-certificates | tzdata | locales | apt-transport-https | apt-utils | bash-completion | libc6-compat | gcompat) ;;
    *)
      wanted=$(program "$1")
      if PATH=$ROCKPOOL_PATH command -v "$wanted" >/dev/null 2>&1; then
        echo "rockpool: $name: $1 is this machine's $wanted in the sandbox" >&2
      else
        echo "rockpool: $name: the sandbox installs no packages, and this machine has no program $wanted that could stand for $1. Install it on this machine, or use a cluster with a container engine." >&2
        exit 100
      fi ;;
  esac
}
verb=
while [ $# -gt 0 ]; do
  case $1 in
    -o | -t | -X | --virtual | --repository | --target-release) shift ;;
    -*) ;;
    *)
      if [ -z "$verb" ]; then verb=$1
      else case $verb in install | add) package "\${1%%[=~<>]*}" ;; esac
      fi ;;
  esac
  shift
done
case $verb in
  install | add | update | upgrade | dist-upgrade | clean | autoclean | autoremove | remove | purge | del | makecache | cache) ;;
  *) echo "rockpool: the sandbox does not know $name $verb: it has no packages" >&2; exit 100 ;;
esac
`;
