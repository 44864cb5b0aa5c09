import type { Dockerfile } from './dockerfile.ts';
import { BuildError, type Solver } from './solver.ts';

/** The stable channel of Docker's own frontend: what the daemon has built in is a version of it. */
const STABLE = /^(?:docker\.io\/)?docker\/dockerfile(?::1(?:\.\d+){0,2})?$/;

/**
 * Has Dockerfiles that ask for `docker/dockerfile:1` read by the daemon's built-in frontend, since to look that line up
 * takes a registry, and some 0.8 s, for each build. What the built-in one does not understand is built as written.
 */
export function preferBuiltInFrontend(solver: Solver): Solver {
  return {
    async solve(prepared, labels, onStatus, signal) {
      const sent = withoutSyntax(prepared.sent, prepared.parsed);
      if (sent === undefined) return solver.solve(prepared, labels, onStatus, signal);
      try {
        await solver.solve({ ...prepared, sent }, labels, onStatus, signal);
      } catch (error) {
        if (!(error instanceof BuildError && isSyntaxError(error.message))) throw error;
        await solver.solve(prepared, labels, onStatus, signal).catch((again: unknown) => {
          throw again instanceof BuildError && isUnreachable(again.message) ? error : again;
        });
      }
    },
  };
}

/**
 * The Dockerfile without its `# syntax=` line. undefined: there is none, it names another frontend, or further
 * directives hang on it. Lines stay where they are. Pure.
 */
export function withoutSyntax(
  source: string,
  { directives }: Pick<Dockerfile, 'directives'>,
): string | undefined {
  const [first, ...more] = directives;
  if (first?.name !== 'syntax' || more.length > 0 || !STABLE.test(first.value)) return undefined;
  return source.replace(/^(\uFEFF?#)[^\n]*/, '$1');
}

/** Errors that a newer frontend may not have. */
function isSyntaxError(error: string): boolean {
  return /dockerfile parse error|unknown flag|unsupported/i.test(error);
}

function isUnreachable(error: string): boolean {
  return /resolve source metadata/.test(error);
}
