import { localPort } from '../../config/forward-spec.ts';
import type { ForwardTarget } from './forward-targets.ts';

export interface PlannedForward {
  readonly to: string;
  readonly port: number;
  /** absent: the default for the port */
  readonly local?: number | 'auto';
  readonly namespace?: string;
  /** the port on this machine in the end */
  readonly effective: number | 'auto';
}

/** Local ports that somebody wrote down before. */
export type KnownPorts = (target: ForwardTarget) => number | undefined;

/**
 * A forward for every target, each with a local port of its own. What the project builds chooses first, then what
 * somebody gave a port before, then what keeps its number. Pure.
 * @param namespace the session's, as far as it is known: others are named
 */
export function proposeForwards(
  targets: readonly ForwardTarget[],
  { namespace, known }: { readonly namespace?: string | undefined; readonly known: KnownPorts },
): readonly PlannedForward[] {
  const wanted = targets.map((target) => ({ target, given: known(target) }));
  const rank = ({ target: { to, port, isOwn }, given }: (typeof wanted)[number]) =>
    (given !== undefined ? 0 : localPort(port) === port ? 1 : 2) +
    (to.startsWith('service/') ? 0 : 3) +
    (isOwn ? 0 : 6);
  const taken = new Set<number>();
  const locals = new Map(
    [...wanted]
      .sort((a, b) => rank(a) - rank(b))
      .map(({ target, given }) => [target, freeFrom(given ?? localPort(target.port), taken)] as const),
  );
  return targets.map((target) => {
    const local = locals.get(target) ?? 'auto';
    const isElsewhere = target.namespace !== undefined && target.namespace !== namespace;
    return {
      to: target.to,
      port: target.port,
      ...(local === localPort(target.port) ? {} : { local }),
      ...(isElsewhere ? { namespace: target.namespace } : {}),
      effective: local,
    };
  });
}

/** Two Services on port 80 get 8080 and 8081. */
function freeFrom(wanted: number | 'auto', taken: Set<number>): number | 'auto' {
  if (wanted === 'auto') return wanted;
  let port = wanted;
  while (taken.has(port)) port++;
  taken.add(port);
  return port <= 65_535 ? port : 'auto';
}
