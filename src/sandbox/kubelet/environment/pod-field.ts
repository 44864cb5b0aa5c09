import type { Container, Pod } from '../objects.ts';

/** The value of a `fieldRef`; undefined for a path that Kubernetes does not know. Pure. */
export function podField({ metadata, spec, status }: Pod, path: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
      return status?.podIP ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return status?.hostIP ?? '';
    default:
      return undefined;
  }
}

/** As the downward API writes maps: sorted, quoted as Go quotes. */
function lines(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map)
    .toSorted()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}

/** What the node has, for limits that a container does not set. */
export interface Capacity {
  readonly cpu: number;
  /** bytes */
  readonly memory: number;
}

/** The value of a `resourceFieldRef`: a limit that is not set is what the node has. Pure. */
export function containerResource(
  { resources }: Container,
  { resource, divisor = '1' }: { readonly resource: string; readonly divisor?: string },
  capacity: Capacity,
): string | undefined {
  const [kind = '', name = ''] = resource.split('.');
  const given = kind === 'limits' || kind === 'requests' ? resources?.[kind]?.[name] : undefined;
  const whole = { cpu: capacity.cpu, memory: capacity.memory }[name];
  const value = given === undefined ? (kind === 'requests' ? 0 : whole) : quantity(given);
  const unit = quantity(divisor === '0' ? '1' : divisor);
  return value === undefined ? undefined : String(Math.ceil(value / unit));
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** A resource quantity such as `250m` or `64Mi` as a number. Pure. */
function quantity(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}
