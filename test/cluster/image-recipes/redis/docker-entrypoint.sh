#!/bin/sh
# redis-server by default, as the user redis when it may, and reachable from outside the container.
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then set -- redis-server "$@"; fi
if [ "$1" = redis-server ]; then
  shift
  file=
  if [ "${1%.conf}" != "$1" ]; then file=$1 && shift; fi
  case ${1:-} in
  -v | --version | -h | --help) exec redis-server "$1" ;;
  esac
  set -- redis-server ${file:+"$file"} --protected-mode no "$@"
  if [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis '{}' + 2>/dev/null || true
    exec setpriv --reuid redis --regid redis --clear-groups -- "$@"
  fi
fi
exec "$@"
