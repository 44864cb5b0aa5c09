import type { Place } from '../services/service-places.ts';

/** A Service as a container is told of it. */
export interface TellableService {
  readonly name: string;
  readonly place: Place;
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
}

/** `API_SERVICE_HOST` and its kin (pkg/kubelet/envvars/envvars.go). Pure. */
export function serviceVariables(services: readonly TellableService[]): Record<string, string> {
  return Object.fromEntries(services.flatMap(variablesOf));
}

function variablesOf({ name, place, ports }: TellableService): [string, string][] {
  const [first] = ports;
  if (!first) return [];
  const prefix = upper(name);
  const at = (port: number) => place.ports[String(port)] ?? port;
  const named = ports.flatMap((port): [string, string][] =>
    port.name ? [[`${prefix}_SERVICE_PORT_${upper(port.name)}`, String(at(port.port))]] : [],
  );
  const links = ports.flatMap(({ port, protocol = 'TCP' }): [string, string][] => {
    const link = `${prefix}_PORT_${port}_${protocol}`;
    const url = `${protocol.toLowerCase()}://${place.address}:${at(port)}`;
    return [
      [link, url],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(at(port))],
      [`${link}_ADDR`, place.address],
    ];
  });
  return [
    [`${prefix}_SERVICE_HOST`, place.address],
    [`${prefix}_SERVICE_PORT`, String(at(first.port))],
    ...named,
    [`${prefix}_PORT`, links[0]?.[1] ?? ''],
    ...links,
  ];
}

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
