import { posix } from 'node:path';
import { readValue, textsOf, type Value } from './compose-value.ts';
import type { OpenFile } from './extend-services.ts';
import { NOT_COPIED } from './hidden-files.ts';
import { mergeValues } from './merge-values.ts';
import type { Notes } from './notes.ts';
import type { ComposeQuery } from './read-compose.ts';

/** The files of a project laid over each other and over what they include; undefined where one cannot be read at all. Pure but for the notes. */
export function readSources(
  { sources }: Pick<ComposeQuery, 'sources'>,
  open: OpenFile,
  read: (source: string, file: string) => Value | undefined,
  notes: Notes,
): Value | undefined {
  let merged: Value | undefined;
  for (const { source, file } of sources) {
    const value = read(source, file);
    if (!value) continue;
    for (const included of includedIn(value)) {
      const other = open(included.path);
      if (other) merged = mergeValues(other, merged);
      else
        notes.leave(included.at, `${included.path} is included and not there, so its services are missing`);
    }
    merged = mergeValues(merged, value);
  }
  return merged;
}

/** Reads compose files into values, and says what is wrong with them. */
export function createReader(
  { env, files, hidden }: Required<Pick<ComposeQuery, 'env' | 'files' | 'hidden'>>,
  notes: Notes,
) {
  const read = (source: string, file: string): Value | undefined => {
    const { value, failures, unset } = readValue(source, file, env, hidden.env);
    for (const { message, at, hint } of failures) notes.fail(at ?? { file }, message, hint);
    for (const { name, at } of unset) {
      const why = Object.hasOwn(hidden.env, name)
        ? `the variable ${name} is taken for empty: its value in .env is ${NOT_COPIED}`
        : `the variable ${name} has no value and is taken for empty: write it into .env`;
      notes.leave(at, why);
    }
    if (failures.length === 0 && !value.map)
      notes.fail({ file, line: 1 }, `${file} must be a map with "services"`);
    return failures.length === 0 && value.map ? value : undefined;
  };
  const known = new Map<string, Value | undefined>();
  const open: OpenFile = (file) => {
    const source = files.text(file);
    if (!known.has(file)) known.set(file, source === undefined ? undefined : read(source, file));
    return known.get(file);
  };
  return { read, open };
}

function includedIn({ map }: Value): readonly { readonly path: string; readonly at: Value['at'] }[] {
  return (map?.get('include')?.list ?? []).flatMap(({ at, text, map: long }) => {
    const paths = text === undefined ? textsOf(long?.get('path')) : [text];
    return paths.map((path) => ({ path: posix.join(posix.dirname(at.file), path), at }));
  });
}
