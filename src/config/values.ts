import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Failure } from '../session/failure.ts';
import type { Values } from './config.ts';
import { type ConfigTree, readConfigTree } from './config-tree.ts';
import { toValue } from './located-tree.ts';
import { mergeValues } from './merge-profile.ts';
import { setValues } from './set-values.ts';

export interface ValueSources {
  /** `--values`, in order; relative to `cwd` */
  readonly valuesFiles: readonly string[];
  /** `--set`, in order */
  readonly set: readonly string[];
  readonly cwd: string;
}

export interface LoadedValues {
  readonly values: Values;
  /** absolute */
  readonly files: readonly string[];
  readonly problems: readonly Failure[];
}

/** `values` of rockpool.yaml with the values files and `--set` arguments laid over them, later ones over earlier. */
export async function loadValues(base: Values, sources: ValueSources): Promise<LoadedValues> {
  const files = sources.valuesFiles.map((file) => resolve(sources.cwd, file));
  const read = await Promise.all(
    files.map((path, index) => readValuesFile(path, sources.valuesFiles[index] ?? path)),
  );
  const merged = read.reduce<unknown>((values, { value }) => mergeValues(values, value), base) as Values;
  const { values, problems } = setAll(merged, sources.set);
  return { values, files, problems: [...read.flatMap((file) => file.problems), ...problems] };
}

/**
 * What templates see as `env`: .env beside rockpool.yaml, then the process environment. Neither is ever logged.
 * @returns also the path of .env, whether it is there or not
 */
export async function loadEnv(
  root: string,
  processEnv: Readonly<Record<string, string | undefined>>,
): Promise<{ env: Readonly<Record<string, string>>; file: string }> {
  const file = join(root, '.env');
  const source = await readFile(file, 'utf8').catch(() => '');
  const given = Object.entries(processEnv).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { env: { ...Object.fromEntries(given), ...(parseEnv(source) as Record<string, string>) }, file };
}

interface ValuesFile {
  readonly value: Values;
  readonly problems: readonly Failure[];
}

/** @param name the file as the user named it */
async function readValuesFile(path: string, name: string): Promise<ValuesFile> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    return { value: {}, problems: [valuesProblem(`cannot read the values file: ${reasonOf(error)}`, name)] };
  }
  const tree = readConfigTree(source, name);
  if (tree.problems.length > 0) return { value: {}, problems: tree.problems };
  return isMapOrEmpty(tree)
    ? { value: (toValue(tree.root) ?? {}) as Values, problems: [] }
    : { value: {}, problems: [valuesProblem('a values file is a map', name)] };
}

const isMapOrEmpty = (tree: ConfigTree): boolean => tree.root.map !== undefined || tree.root.value === null;

function setAll(
  values: Values,
  assignments: readonly string[],
): { values: Values; problems: readonly Failure[] } {
  let current = values;
  const problems: Failure[] = [];
  for (const assignment of assignments) {
    try {
      current = setValues(current, assignment);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const message = `--set: ${error.message}`;
      problems.push({
        code: 'CONFIG_INVALID',
        subject: 'config',
        message,
        hint: 'as --set replicas=2,db.user=me',
      });
    }
  }
  return { values: current, problems };
}

function valuesProblem(message: string, file: string): Failure {
  return { code: 'CONFIG_INVALID', subject: 'config', message, at: { file } };
}

/** `no such file` rather than the system's name for it. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : message;
}
