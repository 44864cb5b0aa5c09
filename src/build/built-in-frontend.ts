import type { Dockerfile } from './dockerfile.ts';

/** The stable channel of Docker's own frontend: what the daemon has built in is a version of it. */
const STABLE = /^(?:docker\.io\/)?docker\/dockerfile(?::1(?:\.\d+){0,2})?$/;

/**
 * The Dockerfile without its `# syntax=docker/dockerfile:1` line, so that the daemon's built-in frontend reads it:
 * resolving that line takes a registry, and some 0.8 s, for each build. undefined: there is none, it names another
 * frontend, or further directives hang on it. Lines stay where they are. Pure.
 */
export function withoutSyntax(source: string, { directives }: Dockerfile): string | undefined {
  const [first, ...more] = directives;
  if (first?.name !== 'syntax' || more.length > 0 || !STABLE.test(first.value)) return undefined;
  return source.replace(/^(\uFEFF?#)[^\n]*/, '$1');
}

/** Errors that a newer frontend may not have. */
export function isSyntaxError(error: string): boolean {
  return /dockerfile parse error|unknown flag|unsupported/i.test(error);
}
