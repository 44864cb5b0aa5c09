import manifest from '../../package.json' with { type: 'json' };
import { type Finding, fail, ok } from './finding.ts';

/** Whether this Node is new enough. Pure. @param version of process.version */
export function checkNodeVersion(version: string): Finding {
  const needed = manifest.engines.node.replace('>=', '');
  const found = `Node ${version}, rockpool ${manifest.version}`;
  if (compare(version.replace(/^v/, ''), needed) >= 0) return ok('node', found);
  return fail('node', found, { hint: `rockpool needs Node ${needed} or later.` });
}

function compare(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((version) => version.split('.').map(Number));
  const index = [0, 1, 2].find((part) => (left[part] ?? 0) !== (right[part] ?? 0));
  return index === undefined ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
