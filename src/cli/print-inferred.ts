import type { Config } from '../config/config.ts';

/** Says on stderr what a project without rockpool.yaml was taken to mean. */
export function printInferred({ inferred }: Pick<Config, 'inferred'>): void {
  for (const words of inferred) console.error(words);
}
