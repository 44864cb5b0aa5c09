import { createHash } from 'node:crypto';
import { EMPTY_CONFIG, type StageConfig } from '../build/configure.ts';
import { SolveError } from '../build/solve-error.ts';
import { BASE_TABLE, type BaseKind, REFUSED_BASES } from './base-table.ts';
import { canonicalName, parseReference } from './image-reference.ts';
import type { MachineTools } from './machine-tools.ts';

/** A public image as the sandbox has it: an empty folder with a few scripts that start this machine's programs. */
export interface BaseImage {
  /** `sha256:…`: another one when the program or its version is another */
  readonly id: string;
  readonly config: StageConfig;
  /** scripts to write, by path in the image */
  readonly scripts: ReadonlyMap<string, string>;
  readonly folders: readonly string[];
  /** what differs from the real one, in a sentence */
  readonly warning?: string;
}

const VERSION = /\d+(?:\.\d+)+|\b\d+\b/;
const FOLDERS = [
  '/etc',
  '/home',
  '/opt',
  '/root',
  '/run',
  '/srv',
  '/tmp',
  '/usr/bin',
  '/usr/local/bin',
  '/var',
];

/**
 * What a public image stands for. Rejects with a SolveError that says why there is nothing for it: an image that the
 * sandbox does not know, or a program that this machine does not have.
 */
export async function findBase(ref: string, tools: MachineTools, signal: AbortSignal): Promise<BaseImage> {
  const { name, tag } = parseReference(ref);
  const kind = BASE_TABLE.find(({ names }) => names.test(name));
  if (!kind) throw new SolveError(unknown(ref, name));
  const main = await mainProgram(kind, tools, signal);
  if (main === undefined && kind.program !== undefined) throw new SolveError(missing(ref, kind.program));
  const said = main === undefined ? '' : await tools.ask(main, kind.versionArguments ?? [], signal);
  const version = VERSION.exec(said)?.[0];
  const scripts = await writeScripts(kind, main, tools);
  const text = JSON.stringify([name, tag, version, [...scripts], kind.env, kind.cmd]);
  const warning = differing(ref, tag, kind, version);
  return {
    id: `sha256:${createHash('sha256').update(text).digest('hex')}`,
    config: configOf(kind),
    scripts,
    folders: [...FOLDERS, ...kind.folders],
    ...(warning === undefined ? {} : { warning }),
  };
}

/** Where the program that an image is about really is. */
async function mainProgram(
  { program, programs, placeArguments }: BaseKind,
  tools: MachineTools,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (program === undefined) return undefined;
  const wanted = Object.values(programs).find((names) => names.includes(program)) ?? [program];
  const found = await tools.find(wanted);
  if (found === undefined || !placeArguments) return found;
  const place = (await tools.ask(found, placeArguments, signal)).trim();
  return place.startsWith('/') && !place.includes('\n') ? place : found;
}

function configOf({ env, cmd, entrypoint = [], workingDir = '/', exposed = [] }: BaseKind): StageConfig {
  return { ...EMPTY_CONFIG, env, cmd, entrypoint, workingDir, exposed };
}

async function writeScripts(
  { program: about, programs }: BaseKind,
  main: string | undefined,
  tools: MachineTools,
): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const [name, wanted] of Object.entries(programs)) {
    const program = wanted[0] === about ? main : await tools.find(wanted);
    const path = name.startsWith('/') ? name : `/usr/local/bin/${name}`;
    if (program !== undefined) scripts.set(path, startScript(name, program));
  }
  return scripts;
}

/** What a program is told before what the container tells it, and behind: redis reads no variable for where it listens. */
const BEFORE: Readonly<Record<string, string>> = { pip: ' -m pip', pip3: ' -m pip' };
const BEHIND: Readonly<Record<string, string>> = {
  'redis-server': ' ${HOST:+--bind "$HOST"} ${PORT:+--port "$PORT"}',
};

function startScript(name: string, program: string): string {
  const quoted = `'${program.replaceAll("'", "'\\''")}'`;
  return `#!/bin/sh\nexec ${quoted}${BEFORE[name] ?? ''} "$@"${BEHIND[name] ?? ''}\n`;
}

function unknown(ref: string, name: string): string {
  const reason = REFUSED_BASES.find(([names]) => names.test(name))?.[1];
  const known =
    'node, python, golang, ruby, redis, eclipse-temurin, alpine, busybox, debian, ubuntu, distroless, scratch';
  const why =
    reason ?? `it pulls nothing, and has only what programs of this machine can stand for (${known})`;
  return `${canonicalName(ref)}: the sandbox has no such image: ${why}`;
}

function missing(ref: string, program: string): string {
  return `${canonicalName(ref)}: the sandbox runs it with this machine’s ${program}, and there is no ${program} on PATH: install it, or use a cluster with a container engine`;
}

function differing(ref: string, tag: string, { digits, program }: BaseKind, version: string | undefined) {
  const wanted = /^\d+(?:\.\d+)*/.exec(tag)?.[0].split('.').slice(0, digits) ?? [];
  const has = (version ?? '').split('.').slice(0, wanted.length);
  if (version === undefined || wanted.join('.') === has.join('.')) return undefined;
  return `${ref} is this machine’s ${program} ${version} in the sandbox`;
}
