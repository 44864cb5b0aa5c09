/** What of a git folder tells whether git is at work. Times in ms since the epoch. */
export interface GitMarkers {
  /** of index.lock, which git holds while it writes the index and the files: its inode and time, to tell it from the next one */
  readonly lock?: string;
  /** when HEAD or its log was last written */
  readonly headAt: number;
  /** of what is under way and may stay so for hours, since it stops for conflicts: rebase, merge, cherry-pick, revert, bisect */
  readonly operation?: string;
}

/** After HEAD moved, the last files may still be on their way to us. */
const HEAD_REST = 150;
/** Between two commits of a rebase, HEAD rests for longer than within a checkout. */
const STEP_REST = 1000;

/**
 * Why changes should wait, in words; undefined: they need not. Pure.
 * The lock is held for as long as git writes. A rebase or merge alone is no reason: while somebody resolves its
 * conflicts, saves must build. @param overlooked a lock that was waited for long enough already (git commit -a keeps it
 * while its editor is open, and a crashed git for ever)
 */
export function gitAtWork(
  markers: GitMarkers,
  overlooked: string | undefined,
  now: number,
): string | undefined {
  const { lock, headAt, operation } = markers;
  const name = `git ${operation ?? 'checkout'}`;
  if (lock !== undefined && lock !== overlooked)
    return operation ? `${name} in progress` : 'git is changing files';
  const rest = operation === undefined ? HEAD_REST : STEP_REST;
  const since = now - headAt;
  return since >= 0 && since < rest ? `${name} in progress` : undefined;
}
