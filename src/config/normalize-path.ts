import { posix } from 'node:path';

/** A path of rockpool.yaml in one form: `./web/` is `web`, the project itself is `.` Pure. */
export function normalizePath(path: string): string {
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}
