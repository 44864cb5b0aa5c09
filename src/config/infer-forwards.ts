import { isMap, type Manifest, valueAt } from '../deploy/manifest.ts';
import type { ForwardConfig } from './config.ts';
import { localPort, parseForward } from './forward-spec.ts';

/** A forward for every TCP port of every Service, each with a local port of its own. Pure. */
export function inferForwards(manifests: readonly Manifest[]): readonly ForwardConfig[] {
  const taken = new Set<number>();
  return manifests
    .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service')
    .flatMap((service) => {
      const { name, namespace } = service.metadata;
      return portsOf(service).flatMap((port) => {
        const local = freeFrom(localPort(port), taken);
        const forward = parseForward({ to: `service/${name}`, port, local, namespace });
        return 'id' in forward ? [forward] : [];
      });
    });
}

function portsOf(service: Manifest): readonly number[] {
  const ports = valueAt(service, ['spec', 'ports']);
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((item) => {
    if (!isMap(item) || typeof item.port !== 'number') return [];
    return item.protocol === undefined || item.protocol === 'TCP' ? [item.port] : [];
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
