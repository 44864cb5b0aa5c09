import { posix } from 'node:path';
import { parseEnv } from 'node:util';
import { looksSecret } from '../looks-secret.ts';
import type { LeftOut } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';

export interface ExampleEnv {
  readonly env: Readonly<Record<string, string>>;
  readonly secretEnv: Readonly<Record<string, string>>;
  readonly why: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Files that show what a program takes; `.env` itself holds somebody's own values and is not copied. */
const EXAMPLE = /^\.env\.(?:example|sample|template|dist|defaults?)$/;

/**
 * The variables that a program takes, from the example beside it. Those without a value are left out, and what names
 * this machine is told, since in a pod that is the pod. Pure.
 * @param isWhole the program is the project: the example at its top is its own, too
 */
export function exampleEnv(context: string, { envFiles }: Survey, isWhole: boolean): ExampleEnv {
  const folders = isWhole ? [context, '.'] : [context];
  const file = envFiles.find(
    ({ path }) => EXAMPLE.test(posix.basename(path)) && folders.includes(posix.dirname(path)),
  );
  if (!file) return { env: {}, secretEnv: {}, why: [], leftOut: [] };
  const entries = Object.entries(parseEnv(file.source)).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const set = entries.filter(([, value]) => value !== '');
  return {
    env: Object.fromEntries(set.filter(([name, value]) => !looksSecret(name, value))),
    secretEnv: Object.fromEntries(set.filter(([name, value]) => looksSecret(name, value))),
    why: set.length === 0 ? [] : [`its variables are those of ${file.path}`],
    leftOut: entries.flatMap(([name, value]) => {
      if (value === '') return [`${file.path}: ${name} has no value`];
      return /\b(?:localhost|127\.0\.0\.1)\b/.test(value)
        ? [`${file.path}: ${name} names this machine, which a pod does not reach by that name`]
        : [];
    }),
  };
}
