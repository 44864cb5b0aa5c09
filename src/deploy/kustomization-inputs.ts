import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RenderInputs } from '../config/config.ts';
import { yamlValues } from './yaml-values.ts';

/** The names of a kustomization's file, as kustomize looks for them (api/konfig/general.go). */
const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
/** More kustomizations than anybody stacks; beyond them a change is not noticed. */
const MAX_FOLDERS = 200;

/**
 * The files that a kustomization is rendered from, with those of all that it builds on: every file on this machine that
 * it names in any field, there already or not yet.
 * @param folder absolute
 */
export async function kustomizationInputs(folder: string): Promise<RenderInputs> {
  const files = new Set<string>();
  const seen = new Set([folder]);
  for (const next of seen) {
    const file = await findKustomization(next);
    files.add(file);
    for (const name of namesIn(await readFile(file, 'utf8').catch(() => ''))) {
      const path = resolve(next, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isDirectory()) {
        if (seen.size < MAX_FOLDERS && (await isKustomization(path))) seen.add(path);
      } else if (found || looksLikeFile(name)) files.add(path);
      else if (/^\.\.?\//.test(name)) files.add(join(path, 'kustomization.yaml'));
    }
  }
  return { files: [...files].sort(), folders: [] };
}

/** Whether a folder holds a kustomization. */
export async function isKustomization(folder: string): Promise<boolean> {
  const found = await stat(await findKustomization(folder)).catch(() => undefined);
  return found?.isFile() ?? false;
}

/** The file of the kustomization in a folder; what it would be where there is none. */
export async function findKustomization(folder: string): Promise<string> {
  for (const name of NAMES) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return join(folder, 'kustomization.yaml');
}

/** Every text that may name a file: of any field, and after the `key=` of generators. */
function namesIn(source: string): readonly string[] {
  return textsIn(yamlValues(source)).flatMap((text) => {
    if (!mayBePath(text)) return [];
    const equals = text.indexOf('=');
    return equals === -1 ? [text] : [text, text.slice(equals + 1)];
  });
}

/** Each map and list once: an alias may name what it is in. */
function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  const open = new Set<unknown>([value]);
  for (const next of open) {
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null)
      for (const inner of Object.values(next)) open.add(inner);
  }
  return texts;
}

/** No patch that is written out, no address, no file from the root of the machine. */
function mayBePath(text: string): boolean {
  return text !== '' && text.length < 500 && !/\n|:\/\/|^\/|^git@|\?ref=/.test(text);
}

/** What is not there yet is waited for only where it is plainly meant as a file: `web.yaml`, `config/app.conf`. */
function looksLikeFile(name: string): boolean {
  return /^[\w./-]+\.[a-z]\w*$/.test(name);
}
