#!/bin/sh
# Writes down what is told by the environment, then becomes nginx.
#   GREETING    needed: the page shows it
#   LOG_LEVEL   debug, info (default), warn or error
set -eu

# EX_CONFIG of sysexits.h
BAD_CONFIGURATION=78

fail() {
  printf '{"time":"%s","level":"error","message":"%s"}\n' "$(now)" "$(escaped "$1")"
  exit $BAD_CONFIGURATION
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# As JSON has it within quotes.
escaped() { printf %s "$1" | tr '\n\r\t' '   ' | sed 's/[\\"]/\\&/g'; }

[ -n "${GREETING:-}" ] || fail 'GREETING is not set: in Kubernetes it comes from the ConfigMap.'
LOG_LEVEL=${LOG_LEVEL:-info}
case $LOG_LEVEL in
debug | info | warn | error) ;;
*) fail "LOG_LEVEL is \"$LOG_LEVEL\", not one of debug, info, warn, error." ;;
esac

mkdir -p /tmp/settings
cd /tmp/settings
# Only a nginx built for it has `debug`, and `info` tells each connection that a browser closes.
case $LOG_LEVEL in debug) errors=info ;; info) errors=warn ;; *) errors=$LOG_LEVEL ;; esac
echo "error_log /dev/stderr $errors;" >error-log.conf
printf 'map "" $least {\n  default %s;\n}\n' "$LOG_LEVEL" >least.conf
printf '{"greeting":"%s"}\n' "$(escaped "$GREETING")" >settings.json
printf '{"name":"%s","version":"%s","commit":"%s","startedAt":"%s"}\n' \
  "$NAME" "$VERSION" "$(escaped "${COMMIT:-unknown}")" "$(now)" >info.json

# It listens only with a configuration that it understands; else this tells what is wrong, and ends.
case ${1:-} in nginx*) "$@" -t -q ;; esac
printf '{"time":"%s","level":"info","message":"listening","port":8080}\n' "$(now)"
exec "$@"
