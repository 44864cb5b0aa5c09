import { relative } from 'node:path';
import type { Clock } from '../session/ports.ts';
import { createTraceDecoder } from './build-trace.ts';
import { isSyntaxError, withoutSyntax } from './built-in-frontend.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import { packContext } from './pack-context.ts';
import type { PreparedBuild } from './prepare-build.ts';
import { BuildError, type Solver } from './solver.ts';

/** Where a Dockerfile from outside of the context, or one that is a link, stands in the archive. */
const ELSEWHERE = '.rockpool.Dockerfile';

/** Sends the context as a tar archive and has the daemon's own BuildKit build it. */
export function createDockerodeSolver({ daemon, root, clock }: SolverOptions): Solver {
  return {
    async solve(prepared, labels, onStatus, signal) {
      const decode = await createTraceDecoder();
      const attempt = async (dockerfile: string, pulls: boolean) => {
        const { path, texts } = placeDockerfile(prepared, root, dockerfile);
        const archive = packContext({ ...prepared, texts, now: clock.now() }, signal);
        const build = { ...prepared.spec, ref: prepared.ref, dockerfile: path, labels, pulls };
        let built = false;
        for await (const message of daemon.build(archive, build, signal)) {
          if ('error' in message) throw new BuildError(message.error);
          if ('trace' in message) onStatus(decode(message.trace));
          else built = true;
        }
        if (!built) throw new BuildError('the daemon ended the build without an image');
      };
      const builtIn = withoutSyntax(prepared.sent, prepared.parsed);
      const asWritten = () => attempt(prepared.sent, prepared.missing.length > 0 || namesFrontend(prepared));
      if (builtIn === undefined) return asWritten();
      try {
        await attempt(builtIn, prepared.missing.length > 0);
      } catch (error) {
        if (!(error instanceof BuildError && isSyntaxError(error.message))) throw error;
        await asWritten().catch((again: unknown) => {
          throw again instanceof BuildError && /resolve source metadata/.test(again.message) ? error : again;
        });
      }
    },
  };
}

interface SolverOptions {
  readonly daemon: DockerDaemon;
  readonly root: string;
  readonly clock: Pick<Clock, 'now'>;
}

function namesFrontend({ parsed }: PreparedBuild): boolean {
  return parsed.directives.some(({ name }) => name === 'syntax');
}

function placeDockerfile({ spec, source, entries }: PreparedBuild, root: string, text: string) {
  const own = relative(`${root}/${spec.context}`, `${root}/${spec.dockerfile}`);
  const inPlace = entries.some(({ path, kind }) => path === own && kind === 'file');
  if (inPlace && text === source) return { path: own, texts: new Map<string, string>() };
  const path = inPlace ? own : ELSEWHERE;
  return { path, texts: new Map([[path, text]]) };
}
