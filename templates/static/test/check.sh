#!/bin/sh
# Asks the site that runs at the given address, and says what is not as it should be. In the pod:
#   rockpool exec hello-static -- /test/check.sh
# On this machine, beside `rockpool up`:
#   test/check.sh http://127.0.0.1:8080
set -u
site=${1:-http://127.0.0.1:8080}
failed=0

# check PATH STATUS PATTERN: the answer's status, and a line of its text
check() {
  body=$(curl --silent --max-time 5 --write-out '\n%{http_code}' "$site$1")
  status=${body##*
}
  if [ "$status" = "$2" ] && printf %s "$body" | grep -Eq "$3"; then
    echo "ok: $1"
  else
    echo "NOT ok: $1 answered $status, not $2 with $3"
    failed=1
  fi
}

check / 200 '<h1 id="greeting">'
check /main.js 200 'settings.json'
check /settings.json 200 '^\{"greeting":".+"\}$'
check /nowhere 404 'no such page'
check /health 200 '"status":"ok"'
check /info 200 '"version":"[0-9.]+","commit":"[^"]+","startedAt":"20'
check /metrics 200 '^nginx_connections_active [0-9]+$'
exit $failed
