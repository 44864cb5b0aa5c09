import { posix } from 'node:path';

/**
 * Patterns of the partials that templates among these manifests entries find beside them. Those further away are read
 * all the same, but a change of one is not noticed.
 */
export function partialsOf(manifests: readonly string[]): readonly string[] {
  const folders = manifests.map((entry) => (/\.\w+$/.test(entry) ? posix.dirname(entry) : entry));
  return [...new Set(folders.map((folder) => posix.join(folder, '*.liquid')))];
}
