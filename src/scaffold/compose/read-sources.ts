import { readValue, type Value } from './compose-value.ts';
import { mergeValues } from './merge-values.ts';
import type { Notes } from './notes.ts';
import type { ComposeQuery } from './read-compose.ts';

/** The files of a project laid over each other; undefined where one cannot be read at all. Pure but for the notes. */
export function readSources(
  sources: ComposeQuery['sources'],
  env: Readonly<Record<string, string>>,
  notes: Notes,
): Value | undefined {
  let merged: Value | undefined;
  for (const { source, file } of sources) {
    const { value, failures, unset } = readValue(source, file, env);
    for (const { message, at, hint } of failures) notes.fail(at ?? { file }, message, hint);
    for (const { name, at } of unset) {
      notes.leave(at, `the variable ${name} has no value and is taken for empty: write it into .env`);
    }
    if (failures.length > 0) continue;
    if (!value.map) notes.fail({ file, line: 1 }, `${file} must be a map with "services"`);
    else merged = mergeValues(merged, value);
  }
  return merged;
}
