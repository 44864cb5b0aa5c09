import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginOf } from '../../lease/local-process.ts';
import { killMarked, signalGroup } from './process-group.ts';

/** The process groups that run, in files, so that the next start finds what a killed rockpool has left. */
export interface GroupRecords {
  add(group: number): Promise<void>;
  remove(group: number): void;
}

/**
 * Stops what an earlier run left in this folder, and keeps the record of this one. A group is known by its number and
 * the time when its first process began, since numbers are given again.
 */
export async function openGroupRecords(dir: string, mark: string): Promise<GroupRecords> {
  const folder = join(dir, 'groups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    await stopLeftover(Number(name), readFileSync(join(folder, name), 'utf8'));
    rmSync(join(folder, name));
  }
  killMarked(mark);
  return {
    async add(group) {
      writeFileSync(join(folder, String(group)), (await beginOf(group)) ?? '');
    },
    remove: (group) => rmSync(join(folder, String(group)), { force: true }),
  };
}

/** A group whose first process has gone is left to the mark: its number alone may be somebody else's by now. */
async function stopLeftover(group: number, began: string): Promise<void> {
  if (!Number.isInteger(group) || group <= 1 || began === '') return;
  if ((await beginOf(group)) === began) signalGroup(group, 'SIGKILL');
}
