import { localPort } from '../../config/forward-spec.ts';
import { isMap, type Manifest, valueAt } from '../../deploy/manifest.ts';

export interface PlannedForward {
  readonly to: string;
  readonly port: number;
  /** absent: the default for the port */
  readonly local?: number | 'auto';
  readonly namespace?: string;
  /** the port on this machine in the end */
  readonly effective: number | 'auto';
}

/** Local ports that somebody wrote down before: of a Service, by its port. */
export type KnownPorts = (service: string, port: number) => number | undefined;

/**
 * A forward for every TCP port of every Service that has pods, each with a local port of its own; of two Services that
 * are the same pods at the same ports one. Pure.
 * @param namespace the session's, as far as it is known: others are named
 * @param isOwn whether a Service's pods run an image of the project: those choose their ports first
 */
export function proposeForwards(
  manifests: readonly Manifest[],
  options: {
    readonly namespace?: string | undefined;
    readonly isOwn: (service: Manifest) => boolean;
    readonly known: KnownPorts;
  },
): readonly PlannedForward[] {
  const services = manifests
    .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')
    .filter(hasPods);
  const ports = withoutRepeated(
    services.flatMap((service) => portsOf(service).map((port) => ({ service, ...port }))),
  );
  const wanted = ports.map(({ service, port }) => ({
    service,
    port,
    known: options.known(service.metadata.name, port),
  }));
  const rank = ({ service, port, known }: (typeof wanted)[number]) =>
    (known !== undefined ? 0 : localPort(port) === port ? 1 : 2) + (options.isOwn(service) ? 0 : 3);
  const taken = new Set<number>();
  const locals = new Map(
    [...wanted]
      .sort((a, b) => rank(a) - rank(b))
      .map((item) => [item, freeFrom(item.known ?? localPort(item.port), taken)] as const),
  );
  return wanted.map((item) => {
    const { name, namespace } = item.service.metadata;
    const local = locals.get(item) ?? 'auto';
    return {
      to: `service/${name}`,
      port: item.port,
      ...(local === localPort(item.port) ? {} : { local }),
      ...(namespace === undefined || namespace === options.namespace ? {} : { namespace }),
      effective: local,
    };
  });
}

/** What has no selector has pods only by somebody else's doing. */
function hasPods(service: Manifest): boolean {
  return valueAt(service, ['spec', 'type']) !== 'ExternalName';
}

interface ServicePort {
  readonly port: number;
  readonly target: unknown;
}

function portsOf(service: Manifest): readonly ServicePort[] {
  const ports = valueAt(service, ['spec', 'ports']);
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((item) => {
    if (!isMap(item) || typeof item.port !== 'number') return [];
    const isTcp = item.protocol === undefined || item.protocol === 'TCP';
    return isTcp ? [{ port: item.port, target: item.targetPort ?? item.port }] : [];
  });
}

/** `db` and a headless `db-pods`, `web` and a load balancer `web-external`: the first that is not headless stands for both. */
function withoutRepeated<T extends ServicePort & { readonly service: Manifest }>(
  ports: readonly T[],
): readonly T[] {
  const keyOf = ({ service, target }: T) => {
    const selector = valueAt(service, ['spec', 'selector']);
    return !isMap(selector)
      ? service.metadata.name + target
      : JSON.stringify([service.metadata.namespace, selector, target]);
  };
  const isHeadless = ({ service }: T) => valueAt(service, ['spec', 'clusterIP']) === 'None';
  const first = new Map<string, T>();
  for (const port of ports) {
    const known = first.get(keyOf(port));
    if (!known || (isHeadless(known) && !isHeadless(port))) first.set(keyOf(port), port);
  }
  return ports.filter((port) => first.get(keyOf(port)) === port);
}

/** Two Services on port 80 get 8080 and 8081. */
function freeFrom(wanted: number | 'auto', taken: Set<number>): number | 'auto' {
  if (wanted === 'auto') return wanted;
  let port = wanted;
  while (taken.has(port)) port++;
  taken.add(port);
  return port <= 65_535 ? port : 'auto';
}
