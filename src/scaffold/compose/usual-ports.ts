import { toldPorts } from '../dockerfile/listening-ports.ts';
import { programsOf } from '../dockerfile/programs.ts';
import type { DockerfileFacts } from '../dockerfile-facts.ts';
import { filesUnder, type ProjectFiles } from '../project-files.ts';
import { pairsOf, type Value } from './compose-value.ts';

interface Asked {
  /** in the compose file */
  readonly service: string;
  readonly map: ReadonlyMap<string, Value>;
  readonly facts: DockerfileFacts | undefined;
  /** `entrypoint` and `command` of the service; undefined: it runs what the image says */
  readonly words: readonly string[] | undefined;
  /** compose says itself that it listens */
  readonly isOpen: boolean;
  /** the compose file */
  readonly root: Value;
  /** of the project */
  readonly files: ProjectFiles;
  /** folder of the project that the image is built in */
  readonly context: string;
}

/**
 * Ports that a service has by its Dockerfile. EXPOSE is said of what the image runs: a service that runs something else
 * and opens no port, such as a worker, listens only where its command, an address of it or a label for a proxy tells. Pure.
 */
export function usualPorts(asked: Asked): readonly number[] {
  const { service, map, facts, words, isOpen, root, files, context } = asked;
  if (words === undefined) return facts?.ports ?? [];
  const exposed = facts?.portsFrom?.startsWith('EXPOSE') ? facts.ports : [];
  if (isOpen) return exposed;
  const told = toldPorts(programsOf(words, filesUnder(files, context)));
  if (told.ports.length > 0) return told.isSure || exposed.length === 0 ? told.ports : exposed;
  const labels = [...pairsOf(map.get('labels')).values()].map(({ text }) => text);
  const isNamed = (port: number) =>
    labels.includes(`${port}`) || isAddressed(`${service}:${port}`, root, files);
  return exposed.some(isNamed) ? exposed : [];
}

/** Whether the compose file or a configuration names an address: `http://api:3000`, `server api:3000;`. */
function isAddressed(address: string, root: Value, files: ProjectFiles): boolean {
  const pattern = new RegExp(`(?:^|[^\\w.-])${address.replaceAll('.', '\\.')}(?!\\d)`);
  const configs = files.paths.filter((path) => /\.conf(?:\.\w+)?$/.test(path));
  return names(root, pattern) || configs.some((path) => pattern.test(files.text(path) ?? ''));
}

function names({ text, list, map }: Value, pattern: RegExp): boolean {
  if (text !== undefined) return pattern.test(text);
  return [...(list ?? []), ...(map?.values() ?? [])].some((value) => names(value, pattern));
}
