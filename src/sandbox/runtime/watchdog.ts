import { spawn } from 'node:child_process';

/** Stops process groups when rockpool dies without a word. */
export interface Watchdog {
  add(group: number): void;
  remove(group: number): void;
  close(): void;
}

/**
 * A shell reads from a pipe which groups there are. The pipe ends with rockpool, whatever way that ends; then the shell
 * kills them. It has a session of its own, so that no Ctrl-C reaches it.
 */
const SCRIPT = `trap '' INT TERM HUP
groups=' '
while read -r what group; do
  case $what in
    add) groups="$groups$group " ;;
    remove) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
for file in $(grep -lF "ROCKPOOL_SANDBOX=$1#" /proc/[0-9]*/environ 2>/dev/null); do
  pid=\${file#/proc/}
  kill -KILL "\${pid%/environ}" 2>/dev/null
done
exit 0`;

/** @param mark what the environment of every container has in front */
export function startWatchdog(mark: string): Watchdog {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sandbox-watchdog', mark], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: process.env.PATH ?? '' },
  });
  // Without it, only the record of groups is left: the next start cleans up.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?(): void }).unref?.();
  const tell = (what: string, group: number) => child.stdin.write(`${what} ${group}\n`);
  return {
    add: (group) => tell('add', group),
    remove: (group) => tell('remove', group),
    close: () => child.stdin.end(),
  };
}
