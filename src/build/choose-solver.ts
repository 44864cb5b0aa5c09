import type { PreparedBuild } from './prepare-build.ts';

export interface SolverChoice {
  readonly solver: 'dockerode' | 'buildx';
  /** in words, for people */
  readonly reason: string;
  /** the other one cannot do it */
  readonly required: boolean;
}

/**
 * From here on sending differences beats sending everything (measured: equal at some 16 MB, or at 1500 small files,
 * which the daemon unpacks one by one).
 */
const MANY_BYTES = 16 * 1024 * 1024;
const MANY_FILES = 1500;

/** Which way a build takes, and why. Pure. */
export function chooseSolver({ spec, entries }: Pick<PreparedBuild, 'spec' | 'entries'>): SolverChoice {
  const needed = [
    ...(Object.keys(spec.secrets).length > 0 ? ['secrets'] : []),
    ...(spec.ssh.length > 0 ? ['ssh'] : []),
    ...(Object.keys(spec.contexts).length > 0 ? ['further build contexts'] : []),
  ];
  if (needed.length > 0)
    return { solver: 'buildx', reason: `it uses ${needed.join(' and ')}`, required: true };
  const bytes = entries.reduce((sum, { kind, stamp }) => sum + (kind === 'file' ? stamp.size : 0), 0);
  if (bytes > MANY_BYTES || entries.length > MANY_FILES) {
    const reason = `its context has ${entries.length} entries and ${(bytes / 1e6).toFixed(0)} MB`;
    return { solver: 'buildx', reason, required: false };
  }
  return { solver: 'dockerode', reason: 'its context is small', required: false };
}
