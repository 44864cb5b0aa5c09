import type { Manifest } from '../../deploy/manifest.ts';
import type { Survey } from '../survey/survey.ts';
import type { ForwardTarget } from './forward-targets.ts';
import type { KnownPorts } from './propose-forwards.ts';
import type { FoundCompose } from './read-project-compose.ts';

/** Forwards that somebody wrote down before, for another tool. */
export interface WrittenForwards {
  /** the port on this machine that was given to a target, for its port or the one behind it */
  readonly known: KnownPorts;
  /** ports of workloads that no Service leads to and somebody forwards all the same */
  more(targets: readonly ForwardTarget[], objects: readonly Manifest[]): readonly ForwardTarget[];
}

/** Those of skaffold.yaml, a Tiltfile, lines of Makefiles and scripts, and the compose file. Pure. */
export function writtenForwards(
  { tools, forwards }: Survey,
  compose: FoundCompose | undefined,
): WrittenForwards {
  const written = [...tools.flatMap((tool) => tool.forwards), ...forwards, ...(compose?.forwards ?? [])];
  return {
    known: ({ to, port, name, target }) => {
      const own = written.filter((forward) => nameOf(forward.to) === nameOf(to));
      const found =
        own.find((forward) => forward.port === port) ??
        own.find((forward) => name !== undefined && forward.port === name) ??
        own.find((forward) => forward.port === target) ??
        byName(own, target);
      return typeof found?.local === 'number' ? found.local : undefined;
    },
    more: (targets, objects) =>
      written.flatMap(({ to, port }) => {
        const object = objects.find(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}` === to);
        const isThere = targets.some(
          (target) => nameOf(target.to) === nameOf(to) && (target.port === port || target.target === port),
        );
        if (!object || object.kind === 'Service' || isThere || typeof port !== 'number') return [];
        return [{ to, namespace: object.metadata.namespace, port, target: port, isOwn: true }];
      }),
  };
}

/** Where the port behind a Service goes by a name, the only one that is forwarded is meant. */
function byName<T>(own: readonly T[], target: unknown): T | undefined {
  return typeof target === 'string' && own.length === 1 ? own[0] : undefined;
}

const nameOf = (target: string): string => target.slice(target.indexOf('/') + 1);
