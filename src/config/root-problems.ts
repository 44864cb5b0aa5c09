import type { Failure } from '../session/failure.ts';
import { type ConfigTree, configProblem } from './config-tree.ts';
import { toValue } from './located-tree.ts';

/** What makes everything else of one of rockpool's own files pointless to look at. Pure. */
export function rootProblems(tree: ConfigTree): readonly Failure[] {
  const { root } = tree;
  const at = tree.place(root.offset);
  const hint = 'begin it with "version: 1"';
  if (root.value === null) return [configProblem(`${tree.file} is empty`, at, hint)];
  if (!root.map) return [configProblem(`${tree.file} must be a map of keys and values`, at, hint)];
  const version = root.map.get('version');
  if (!version || version.node.value === 1) return [];
  const message = `version ${JSON.stringify(toValue(version.node))} of the format is not known to this rockpool`;
  return [configProblem(message, tree.place(version.node.offset), 'it knows version 1')];
}
