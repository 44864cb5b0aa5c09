import { posix } from 'node:path';
import { pairsOf, type Value } from './compose-value.ts';
import { type HiddenFiles, NOT_COPIED } from './hidden-files.ts';
import type { Notes } from './notes.ts';

/** What `build` of a service says; paths are relative to the project. */
export interface Build {
  readonly context: string;
  /** absent: Dockerfile in the build context */
  readonly dockerfile?: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Keys of `build` that do not change what is in the image. */
const WITHOUT_EFFECT = new Set([
  'cache_from',
  'cache_to',
  'no_cache',
  'pull',
  'tags',
  'labels',
  'provenance',
  'sbom',
]);
const CARRIED = new Set(['context', 'dockerfile', 'target', 'args']);

/**
 * `build` of a service in its short or long form. Undefined, with a word, when it is built from somewhere else than the
 * project. Pure but for the notes.
 * @param env of .env, for arguments without a value
 */
export function readBuild(
  service: string,
  value: Value,
  { env, hidden }: { env: Readonly<Record<string, string>>; hidden: HiddenFiles },
  notes: Notes,
): Build | undefined {
  const text = (key: string) => value.map?.get(key)?.text;
  const context = value.text ?? text('context') ?? '.';
  const inline = value.map?.get('dockerfile_inline');
  if (inline) {
    notes.leave(
      inline.at,
      `${service}: its Dockerfile stands in the compose file: give it a file of its own`,
    );
    return undefined;
  }
  const folder = posix.join(posix.dirname(value.at.file), context).replace(/(.)\/$/, '$1');
  if (/:\/\/|^git@|\.git(#|$)/.test(context) || posix.isAbsolute(context) || /^\.\.(\/|$)/.test(folder)) {
    notes.leave(value.at, `${service}: it is built from ${context}, which is not in this project`);
    return undefined;
  }
  noteRest(service, value, notes);
  const dockerfile = text('dockerfile');
  const target = text('target');
  return {
    context: folder,
    ...(dockerfile === undefined ? {} : { dockerfile: posix.join(folder, dockerfile) }),
    ...(target === undefined || target === '' ? {} : { target }),
    args: Object.fromEntries(
      [...pairsOf(value.map?.get('args'))].flatMap(([name, arg]) => {
        const given = arg.text ?? env[name];
        if (given === undefined && Object.hasOwn(hidden.env, name))
          notes.leave(arg.at, `${service}: the build argument ${name} is ${NOT_COPIED}`);
        return given === undefined ? [] : [[name, given]];
      }),
    ),
  };
}

function noteRest(service: string, { map }: Value, notes: Notes): void {
  for (const [key, { at }] of map ?? []) {
    if (CARRIED.has(key) || WITHOUT_EFFECT.has(key)) continue;
    const has = /^(secrets|ssh|additional_contexts|platforms)$/.test(key);
    const where = key === 'additional_contexts' ? 'contexts' : key === 'platforms' ? 'platform' : key;
    notes.leave(
      at,
      `${service}: \`build.${key}\` is left out${has ? `: an image in rockpool.yaml has \`${where}\` for it` : ''}`,
    );
  }
}
