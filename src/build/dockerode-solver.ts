import { relative } from 'node:path';
import type { Clock } from '../session/ports.ts';
import { createTraceDecoder } from './build-trace.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import { packContext } from './pack-context.ts';
import type { PreparedBuild } from './prepare-build.ts';
import { BuildError, type Solver } from './solver.ts';

/** Where a Dockerfile from outside of the context, or one that is a link, stands in the archive. */
const ELSEWHERE = '.rockpool.Dockerfile';

export interface DockerodeSolverOptions {
  readonly daemon: DockerDaemon;
  /** the project, absolute */
  readonly root: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Sends the context as a tar archive and has the daemon's own BuildKit build it. */
export function createDockerodeSolver({ daemon, root, clock }: DockerodeSolverOptions): Solver {
  return {
    async solve(prepared, labels, onStatus, signal) {
      const decode = await createTraceDecoder();
      const { path, texts } = placeDockerfile(prepared, root);
      const archive = packContext({ ...prepared, texts, now: clock.now() }, signal);
      const build = { ...prepared.spec, ref: prepared.ref, dockerfile: path, labels, pulls: pulls(prepared) };
      let built = false;
      for await (const message of daemon.build(archive, build, signal)) {
        if ('error' in message) throw new BuildError(message.error);
        if ('status' in message) onStatus(message.status);
        else if ('trace' in message) onStatus(decode(message.trace));
        else built = true;
      }
      if (!built) throw new BuildError('the daemon ended the build without an image');
    },
  };
}

function pulls({ missing, sent }: PreparedBuild): boolean {
  return missing.length > 0 || /^\uFEFF?#\s*syntax\s*=/i.test(sent);
}

function placeDockerfile({ spec, source, sent, entries }: PreparedBuild, root: string) {
  const own = relative(`${root}/${spec.context}`, `${root}/${spec.dockerfile}`);
  const inPlace = entries.some(({ path, kind }) => path === own && kind === 'file');
  if (inPlace && sent === source) return { path: own, texts: new Map<string, string>() };
  const path = inPlace ? own : ELSEWHERE;
  return { path, texts: new Map([[path, sent]]) };
}
