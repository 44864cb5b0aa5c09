import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Path } from '../config/located-tree.ts';
import { type Failure, formatPlace, RockpoolError, type SourcePlace } from '../session/failure.ts';
import type { LiquidTemplates } from './liquid-templates.ts';
import type { Manifest } from './manifest.ts';
import { nameFile } from './manifest-files.ts';
import { manifestFailure, parseManifests } from './parse-manifests.ts';
import { type TemplateVariables, unbuiltRef } from './template-variables.ts';

export interface ManifestFile {
  readonly manifests: readonly ReadManifest[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

export interface ReadManifest {
  readonly manifest: Manifest;
  /** as places name it */
  readonly file: string;
  /** images that its template names and that are not built */
  readonly unbuilt: readonly string[];
  /** Where a field is written: in the template, as far as that can be told, when it is rendered from one. */
  locate(path: Path): Promise<SourcePlace>;
}

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
  if (!path.endsWith('.liquid')) return parse(file, source, [], async (at) => at);
  const template = { source, file, folder: dirname(path) };
  try {
    const { text, unbuilt } = await templates.render(template, variables);
    let lines: Promise<readonly number[] | undefined> | undefined;
    return await parse(file, text, unbuilt, async (at) => {
      lines ??= templates.originalLines(template, variables, text);
      return originalPlace(at, await lines, source, text);
    });
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

type ToOriginal = (at: SourcePlace) => Promise<SourcePlace>;

/** @param original where a place of the rendered text is in the file */
async function parse(
  file: string,
  text: string,
  unbuilt: readonly string[],
  original: ToOriginal,
): Promise<ManifestFile> {
  const { manifests, failures, warnings } = parseManifests(text, file);
  const holders = unbuiltHolders(manifests, unbuilt);
  return {
    manifests: manifests.map(({ manifest, locate }, index) => ({
      manifest,
      file,
      unbuilt: holders[index] ?? [],
      locate: (path) => original(locate(path)),
    })),
    failures: await Promise.all(failures.map((failure) => relocate(failure, original))),
    warnings: await Promise.all(
      warnings.map(async ({ message, at }) => `${formatPlace(await original(at))} ${message}`),
    ),
  };
}

/** Which manifests hold the placeholders of unbuilt images; all, when a filter made one unrecognisable. */
function unbuiltHolders(
  manifests: readonly { manifest: Manifest }[],
  unbuilt: readonly string[],
): string[][] {
  const texts = unbuilt.length === 0 ? [] : manifests.map(({ manifest }) => JSON.stringify(manifest));
  const seen = unbuilt.filter((image) => texts.some((text) => text.includes(unbuiltRef(image))));
  return texts.map((text) =>
    unbuilt.filter((image) => !seen.includes(image) || text.includes(unbuiltRef(image))),
  );
}

async function relocate(failure: Failure, original: ToOriginal): Promise<Failure> {
  if (!failure.at) return failure;
  const at = await original(failure.at);
  if (at.line !== undefined) return { ...failure, at };
  return { ...failure, at, message: `${failure.message} (line ${failure.at.line} of the rendered text)` };
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
