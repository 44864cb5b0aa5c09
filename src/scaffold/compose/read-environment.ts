import { posix } from 'node:path';
import { parseEnv } from 'node:util';
import { looksSecret } from '../looks-secret.ts';
import type { ProjectFiles } from '../project-files.ts';
import { isTrue, pairsOf, type Value } from './compose-value.ts';
import { type HiddenFiles, NOT_COPIED } from './hidden-files.ts';
import { interpolate } from './interpolate.ts';
import type { Notes } from './notes.ts';

export interface Environment {
  readonly env: Readonly<Record<string, string>>;
  /** what looks like a password, a key or a token */
  readonly secretEnv: Readonly<Record<string, string>>;
}

export interface EnvironmentContext {
  readonly service: string;
  /** of the project; `file` of a place is relative to the same folder */
  readonly files: ProjectFiles;
  /** of .env, for names without a value */
  readonly env: Readonly<Record<string, string>>;
  readonly hidden: HiddenFiles;
  readonly notes: Notes;
}

/** `env_file` and `environment` of a service, the second over the first. Pure but for the notes. */
export function readEnvironment(map: ReadonlyMap<string, Value>, context: EnvironmentContext): Environment {
  const all = { ...fromFiles(map.get('env_file'), context), ...fromPairs(map.get('environment'), context) };
  const names = Object.keys(all);
  const secret = names.filter((name) => looksSecret(name, all[name] ?? ''));
  const pick = (wanted: readonly string[]) =>
    Object.fromEntries(wanted.map((name) => [name, all[name] ?? '']));
  return { env: pick(names.filter((name) => !secret.includes(name))), secretEnv: pick(secret) };
}

/** A name that every version of Kubernetes takes. */
const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function fromPairs(value: Value | undefined, context: EnvironmentContext): Record<string, string> {
  const { service, env, hidden, notes } = context;
  const entries = [...pairsOf(value)].flatMap(([name, { text, at }]): [string, string][] => {
    if (!NAME.test(name)) {
      notes.leave(at, `${service}: "${name}" is no name of a variable in Kubernetes`);
      return [];
    }
    const given = text ?? (Object.hasOwn(env, name) ? env[name] : undefined);
    if (given !== undefined) return [[name, given]];
    const why = Object.hasOwn(hidden.env, name)
      ? `its value in .env is ${NOT_COPIED}`
      : 'compose takes it from the shell: write it into .env';
    notes.leave(at, `${service}: ${name} has no value here, ${why}`);
    return [];
  });
  return Object.fromEntries(entries);
}

function fromFiles(value: Value | undefined, context: EnvironmentContext): Record<string, string> {
  const items = value?.list ?? (value ? [value] : []);
  const found: Record<string, string> = {};
  for (const item of items) {
    const path = item.text ?? item.map?.get('path')?.text ?? '';
    const file = posix.join(posix.dirname(item.at.file), path);
    const source = context.files.text(file);
    const required = item.map?.get('required');
    if (source !== undefined) Object.assign(found, parseEnvFile(source, { ...context.env, ...found }));
    else if (!required || isTrue(required) || context.hidden.paths.has(file)) {
      const why = context.hidden.paths.has(file)
        ? `what is in the env_file ${path} is ${NOT_COPIED}`
        : `the env_file ${path} is not there, so its variables are missing`;
      context.notes.leave(item.at, `${context.service}: ${why}`);
    }
  }
  return Object.fromEntries(Object.entries(found).filter(([name]) => NAME.test(name)));
}

/** Variables are replaced as compose does it, but not in single quotes. */
function parseEnvFile(source: string, env: Readonly<Record<string, string>>): Record<string, string> {
  const values = parseEnv(source) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isLiteral = new RegExp(`^\\s*(export\\s+)?${name.replace(/[^\w]/g, '.')}\\s*=\\s*'`, 'm').test(
        source,
      );
      return [name, isLiteral ? value : interpolate(value, env).text];
    }),
  );
}
