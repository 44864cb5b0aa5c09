import { localPort } from '../../config/forward-spec.ts';
import type { Notes } from './notes.ts';
import type { PublishedPort } from './read-ports.ts';

/** A forward, as rockpool.yaml has it. */
export interface ComposeForward {
  /** `service/web` */
  readonly to: string;
  readonly port: number;
  readonly local: number | 'auto';
}

/**
 * Forwards for the ports that services publish, each with a local port of its own: below 1024, where a user may not
 * listen, 8000 is added. Pure but for the notes.
 * @param published by the services' names in the cluster
 */
export function composeForwards(
  published: readonly (readonly [name: string, ports: readonly PublishedPort[]])[],
  notes: Notes,
): readonly ComposeForward[] {
  const all = published.flatMap(([name, ports]) => ports.map((port) => ({ name, ...port })));
  const taken = new Set<number>(all.flatMap((port) => port.published ?? []));
  const used = new Set<number>();
  return all.map(({ name, target, published: wanted, at }) => {
    const usual = localPort(wanted ?? target);
    const clashes = usual === 'auto' || used.has(usual) || (usual !== wanted && taken.has(usual));
    const local = clashes ? 'auto' : usual;
    if (local !== 'auto') used.add(local);
    if (wanted !== undefined && local !== wanted) {
      const why = used.has(wanted) ? 'is taken by another service' : 'is not open to users';
      const instead = local === 'auto' ? 'a free one' : `${local}`;
      notes.leave(at, `${name}: the port ${wanted} of this machine ${why}: the forward takes ${instead}`);
    }
    return { to: `service/${name}`, port: target, local };
  });
}
