import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RockpoolError, type SourcePlace } from '../session/failure.ts';
import type { LiquidTemplates } from './liquid-templates.ts';
import { nameFile } from './manifest-files.ts';
import { manifestFailure } from './parse-manifests.ts';
import { type ManifestFile, parseRendered, type ToOriginal } from './parse-rendered.ts';
import type { TemplateVariables } from './template-variables.ts';

/** Reads a manifest file, rendering it first when its name ends in `.liquid`. Its problems are in the answer. */
export async function readManifestFile(
  path: string,
  variables: TemplateVariables,
  root: string,
  templates: LiquidTemplates,
): Promise<ManifestFile> {
  const file = nameFile(root, path);
  const source = await readSource(path, file);
  if (typeof source !== 'string') return source;
  if (!path.endsWith('.liquid'))
    return parseRendered(source, { file, unbuilt: [], original: async (at) => at });
  const template = { source, file, folder: dirname(path) };
  try {
    const { text, unbuilt } = await templates.render(template, variables);
    let lines: Promise<readonly number[] | undefined> | undefined;
    const original: ToOriginal = async (at) => {
      lines ??= templates.originalLines(template, variables, text);
      return originalPlace(at, await lines, source, text);
    };
    return await parseRendered(text, { file, unbuilt, original });
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    return { manifests: [], failures: error.failures, warnings: [] };
  }
}

/** A file that went between listing and reading is as good as never listed: an editor is saving it. */
async function readSource(path: string, file: string): Promise<string | ManifestFile> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const failures = code === 'ENOENT' ? [] : [manifestFailure(`cannot be read: ${message}`, { file })];
    return { manifests: [], failures, warnings: [] };
  }
}

/** The line where it can be told; the column where the line is the same up to there. */
function originalPlace(
  at: SourcePlace,
  lines: readonly number[] | undefined,
  source: string,
  text: string,
): SourcePlace {
  const line = lines?.[(at.line ?? 0) - 1];
  if (line === undefined) return { file: at.file };
  const upTo = (whole: string, number: number) => whole.split('\n')[number - 1]?.slice(0, at.column);
  const same = upTo(source, line) === upTo(text, at.line ?? 0);
  return { file: at.file, line, ...(same && at.column !== undefined ? { column: at.column } : {}) };
}
