import type { EndpointSlice, Pod, Service } from '../objects.ts';

/** Where a name leads. */
export interface Place {
  readonly address: string;
  /** ports that are elsewhere than the Service says, by the Service's */
  readonly ports: Readonly<Record<string, number>>;
}

export interface Named {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** where the sandbox answers for a Service with an address of its own */
  placeOf(service: Service): Place | undefined;
}

/**
 * The names that Kubernetes' DNS has for a pod of a namespace: `api`, `api.shop`, `api.shop.svc` and
 * `api.shop.svc.cluster.local`; `db-0.db` for a pod of a headless Service, which itself leads to one of them. Pure.
 */
export function namesFor(namespace: string, { services, slices, placeOf }: Named): Record<string, Place> {
  const names: Record<string, Place> = {};
  const tell = (name: string, of: string, place: Place) => {
    const ends = [`.${of}`, `.${of}.svc`, `.${of}.svc.cluster.local`, ...(of === namespace ? [''] : [])];
    for (const end of ends) names[`${name}${end}`] = place;
  };
  for (const service of services) {
    const { name, namespace: of = 'default' } = service.metadata;
    const place = placeOf(service);
    if (place) tell(name, of, place);
    if (service.spec?.clusterIP !== 'None') continue;
    for (const { addresses, hostname, conditions } of endpointsOf(service, slices)) {
      const [address] = addresses;
      if (address === undefined || conditions?.ready === false) continue;
      if (!names[`${name}.${of}`]) tell(name, of, { address, ports: {} });
      if (hostname) tell(`${hostname}.${name}`, of, { address, ports: {} });
    }
  }
  return names;
}

const endpointsOf = ({ metadata }: Service, slices: readonly EndpointSlice[]) =>
  slices.filter((slice) => isSliceOf(slice, metadata)).flatMap((slice) => slice.endpoints ?? []);

/** Pure. */
export function isSliceOf(
  slice: EndpointSlice,
  { name, namespace }: Service['metadata'] | Pod['metadata'],
): boolean {
  return (
    slice.metadata.namespace === namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === name
  );
}

/**
 * The same for curl, whose `connect-to` knows hosts and ports; localhost is the pod. Pure.
 * @param names with the ports of the Services that they lead to
 */
export function curlConfig(address: string, names: Readonly<Record<string, Place>>): string {
  const lines = Object.entries(names).flatMap(([name, place]) => [
    ...Object.entries(place.ports).map(([port, actual]) => `${name}:${port}:${place.address}:${actual}`),
    `${name}::${place.address}:`,
  ]);
  const local = ['localhost', '127.0.0.1'].map((name) => `${name}::${address}:`);
  return [...lines, ...local].map((line) => `connect-to = "${line}"\n`).join('');
}
