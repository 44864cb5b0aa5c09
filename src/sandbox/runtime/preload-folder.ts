import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_PRELOAD } from './node-preload.ts';
import { PYTHON_PRELOAD } from './python-preload.ts';

/** Writes what Node and Python programs load first. @returns what NODE_OPTIONS and PYTHONPATH have to name */
export function writePreloads(dir: string): { readonly node: string; readonly python: string } {
  const python = join(dir, 'preload', 'python');
  const node = join(dir, 'preload', 'node.cjs');
  mkdirSync(python, { recursive: true });
  writeFileSync(node, NODE_PRELOAD);
  writeFileSync(join(python, 'sitecustomize.py'), PYTHON_PRELOAD);
  return { node, python };
}
