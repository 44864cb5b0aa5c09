# One cluster per machine: an flock on $LOCK, held by `up` while it works and then by a small process of its own.
# The file says who: pid, since, dir and phase (starting or running), one key=value per line.
# shellcheck shell=bash

# take_lock [SECONDS]: opens fd 9 and locks it. The file may be deleted by its holder, hence the comparison.
take_lock() {
  local end=$((SECONDS + ${1:-0}))
  while :; do
    exec 9>>"$LOCK"
    if flock -n 9; then
      [ "$(stat -Lc %i /proc/self/fd/9)" = "$(stat -c %i "$LOCK" 2>/dev/null)" ] && return 0
    elif ((SECONDS >= end)); then
      exec 9>&-
      return 1
    else
      sleep 0.1
    fi
    exec 9>&-
  done
}

lock_field() { sed -n "s/^$1=//p" "$LOCK" 2>/dev/null; }

write_lock() { # PID PHASE
  printf 'pid=%s\nsince=%s\ndir=%s\nphase=%s\n' "$1" "$(date '+%F %T %z')" "$DIR" "$2" >"$LOCK"
}

# From here on a process of the cluster's own holds the lock, so that it goes when the cluster goes.
hand_over_lock() {
  (enter_cgroup && exec setsid bash -c 'exec -a rockpool-cluster-lock sleep infinity' >/dev/null 2>&1 </dev/null) &
  write_lock $! running
  disown
}

# Ends who holds the lock, an `up` at work or the cluster's own process, if it does in truth (its number may be reused).
kill_lock_holder() {
  local pid
  pid=$(lock_field pid)
  if [ -n "$pid" ] && find "/proc/$pid/fd" -lname "$LOCK*" 2>/dev/null | grep -q .; then kill -KILL "$pid" 2>/dev/null || true; fi
}

drop_lock() { rm -f "$LOCK"; exec 9>&-; }

lock_is_held() { [ -e "$LOCK" ] && ! flock -n "$LOCK" true; }

# Who holds it, for a message.
lock_holder() { echo "pid $(lock_field pid), since $(lock_field since), in $(lock_field dir) ($(lock_field phase))"; }
