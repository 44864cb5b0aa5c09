import type { ImageConfig } from '../../runtime/runtime.ts';
import { expand } from '../environment/expand.ts';
import type { Container } from '../objects.ts';

/**
 * What a container runs: the manifest's command or the image's entrypoint, the manifest's arguments or the image's; the
 * image's arguments belong to its own entrypoint only. Pure.
 */
export function containerCommand(
  { command, args }: Pick<Container, 'command' | 'args'>,
  { entrypoint, cmd }: Pick<ImageConfig, 'entrypoint' | 'cmd'>,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const expanded = (words: readonly string[]) => words.map((word) => expand(word, values));
  if (command && command.length > 0) return [...expanded(command), ...expanded(args ?? [])];
  return [...entrypoint, ...(args && args.length > 0 ? expanded(args) : cmd)];
}
