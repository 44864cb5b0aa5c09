import { isMap, type Manifest, valueAt } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';

/** A port that is wanted on this machine. */
export interface ForwardTarget {
  /** `service/web` */
  readonly to: string;
  readonly namespace: string | undefined;
  readonly port: number;
  /** of the port */
  readonly name?: string | undefined;
  /** the port behind a Service's, by number or name */
  readonly target: unknown;
  /** its pods run an image of the project */
  readonly isOwn: boolean;
}

/**
 * Every TCP port of every Service that has pods, and those of workloads of the project that no Service leads to; of two
 * Services that are the same pods at the same ports one. Pure.
 * @param runsOwn whether a workload runs an image of the project
 */
export function forwardTargets(
  manifests: readonly Manifest[],
  runsOwn: (workload: Manifest) => boolean,
): readonly ForwardTarget[] {
  const services = manifests.filter(
    ({ apiVersion, kind, spec }) =>
      apiVersion === 'v1' && kind === 'Service' && valueAt(spec, ['type']) !== 'ExternalName',
  );
  const own = manifests.filter(runsOwn);
  const ports = services.flatMap((service) => portsOf(service).map((port) => ({ service, ...port })));
  return [
    ...withoutRepeated(ports).map(({ service, port, name, target }) =>
      toTarget(
        service,
        { port, name, target },
        own.some((workload) => selects(service, workload)),
      ),
    ),
    ...own
      .filter((workload) => isReachable(workload) && !services.some((service) => selects(service, workload)))
      .flatMap((workload) =>
        containerPorts(workload).map(({ port, name }) =>
          toTarget(workload, { port, name, target: port }, true),
        ),
      ),
  ];
}

/** Whether a forward may go to a workload. Where the labels of its pods are not known, a Service may well lead to it. */
function isReachable(workload: Manifest): boolean {
  if (workload.kind === 'Pod') return true;
  const labels = valueAt(workload, [...(podTemplatePath(workload) ?? []), 'metadata', 'labels']);
  return ['Deployment', 'StatefulSet', 'DaemonSet'].includes(workload.kind) && isMap(labels);
}

function toTarget(
  { kind, metadata }: Manifest,
  { port, name, target }: Omit<ServicePort, 'service'>,
  isOwn: boolean,
): ForwardTarget {
  return {
    to: `${kind.toLowerCase()}/${metadata.name}`,
    namespace: metadata.namespace,
    port,
    name,
    target,
    isOwn,
  };
}

interface ServicePort {
  readonly service: Manifest;
  readonly port: number;
  readonly name?: string | undefined;
  readonly target: unknown;
}

function portsOf(service: Manifest): readonly Omit<ServicePort, 'service'>[] {
  const ports = valueAt(service, ['spec', 'ports']);
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((item) => {
    if (!isMap(item) || typeof item.port !== 'number') return [];
    const isTcp = item.protocol === undefined || item.protocol === 'TCP';
    return isTcp ? [{ port: item.port, name: asText(item.name), target: item.targetPort ?? item.port }] : [];
  });
}

/** `db` and a headless `db-pods`, `web` and a load balancer `web-external`: the first that is not headless stands for both. */
function withoutRepeated(ports: readonly ServicePort[]): readonly ServicePort[] {
  const keyOf = ({ service, target }: ServicePort) => {
    const selector = valueAt(service, ['spec', 'selector']);
    const { name, namespace } = service.metadata;
    return JSON.stringify(isMap(selector) ? [namespace, selector, target] : [namespace, name, target]);
  };
  const isHeadless = ({ service }: ServicePort) => valueAt(service, ['spec', 'clusterIP']) === 'None';
  const first = new Map<string, ServicePort>();
  for (const port of ports) {
    const known = first.get(keyOf(port));
    if (!known || (isHeadless(known) && !isHeadless(port))) first.set(keyOf(port), port);
  }
  return ports.filter((port) => first.get(keyOf(port)) === port);
}

function selects(service: Manifest, workload: Manifest): boolean {
  const path = podTemplatePath(workload);
  const labels = path && valueAt(workload, [...path, 'metadata', 'labels']);
  const selector = Object.entries(valueAt(service, ['spec', 'selector']) ?? {});
  return selector.length > 0 && selector.every(([key, value]) => valueAt(labels, [key]) === value);
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function containerPorts(
  workload: Manifest,
): readonly { readonly port: number; readonly name?: string | undefined }[] {
  const containers = valueAt(workload, [...(podTemplatePath(workload) ?? []), 'spec', 'containers']);
  if (!Array.isArray(containers)) return [];
  const ports = containers
    .filter(isMap)
    .flatMap(({ ports: list }) => (Array.isArray(list) ? list.filter(isMap) : []));
  return ports.flatMap(({ containerPort, name, protocol = 'TCP' }) =>
    typeof containerPort === 'number' && protocol === 'TCP'
      ? [{ port: containerPort, name: asText(name) }]
      : [],
  );
}
