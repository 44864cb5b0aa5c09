import type { DockerInstruction } from './read-dockerfile.ts';
import { parseError } from './solve-error.ts';

export const KNOWN_KEYWORDS =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  );

/** The flags that BuildKit knows (docs.docker.com/reference/dockerfile). */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  FROM: ['platform'],
  RUN: ['mount', 'network', 'security', 'device'],
  COPY: ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'],
  ADD: ['keep-git-dir', 'checksum', 'chown', 'chmod', 'link', 'exclude', 'unpack'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
};

/** Throws a SolveError in the words of Docker 28.5 when an instruction is not whole. Pure. */
export function checkInstruction({ keyword, line, flags, rest, heredocs }: DockerInstruction): void {
  const unknown = flags.find(({ name }) => !(FLAGS[keyword] ?? []).includes(name));
  if (unknown) throw parseError(line, `unknown flag: --${unknown.name}`);
  const words = rest.split(/\s+/).filter((word) => word !== '');
  if (keyword === 'FROM') checkFrom(line, words);
  if (words.length === 0) throw parseError(line, `${keyword} requires at least one argument`);
  if ((keyword === 'COPY' || keyword === 'ADD') && words.length === 1 && heredocs.length === 0) {
    const missing = 'but only one was provided. Destination could not be determined';
    throw parseError(line, `${keyword} requires at least two arguments, ${missing}`);
  }
  if (keyword === 'ENV' && words.length === 1 && !rest.includes('=')) {
    throw parseError(line, 'ENV must have two arguments');
  }
  if (keyword === 'ONBUILD') throw parseError(line, 'ONBUILD is nothing that the sandbox does');
}

function checkFrom(line: number, words: readonly string[]): void {
  const named = words.length === 3 && words[1]?.toUpperCase() === 'AS';
  if (words.length !== 1 && !named) throw parseError(line, 'FROM requires either one or three arguments');
}
