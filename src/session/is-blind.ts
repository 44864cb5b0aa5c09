import type { SessionState } from './state.ts';

/** Files are read only once the watcher is on, so that no save between reading a file and watching it is missed. */
export function isBlind({ watch }: SessionState): boolean {
  return !watch.started && !watch.failure;
}
