import type { CopyUnit } from './copies.ts';
import type { SyncPattern } from './patterns.ts';
import type { Reloader } from './reloader.ts';

/** nginx reads its configuration again when it is told to, and keeps the old one where the new one is broken. Pure. */
export function nginxConfigRule(unit: CopyUnit, reloader: Reloader): readonly SyncPattern[] {
  const isConfig = unit.kind === 'file' && /^\/etc\/nginx\/.*\.conf$/.test(unit.to);
  if (!isConfig || !reloader.how.endsWith('by nginx')) return [];
  return [{ from: unit.from, to: unit.to, isFile: true, run: ['nginx', '-s', 'reload'] }];
}
