import type { Pod, Service } from '../objects.ts';
import { isFinished, isReady } from '../pod-state.ts';

/** Pods of a Service that have the same ports. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  /** sorted by address */
  readonly members: readonly Member[];
}

interface EndpointPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

export interface Member {
  readonly pod: Pod;
  readonly address: string;
  /** takes connections; also when it does not but the Service wants it listed (publishNotReadyAddresses) */
  readonly ready: boolean;
  /** its probes say so, whether it is ending or not */
  readonly serving: boolean;
  readonly terminating: boolean;
}

/**
 * The pods that a Service chose, by the ports that its own mean in each: a port given by name may be another in another pod.
 * One group without members when there are none, as Kubernetes keeps an empty slice. Pure.
 */
export function endpointGroups(service: Service, pods: readonly Pod[]): readonly EndpointGroup[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; members: Member[] }>();
  for (const pod of pods) {
    const member = memberOf(service, pod);
    if (!member) continue;
    const ports = portsIn(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  if (groups.size === 0) return [{ ports: [], members: [] }];
  return [...groups.values()].map(({ ports, members }) => ({ ports, members: members.toSorted(byAddress) }));
}

function memberOf({ spec }: Service, pod: Pod): Member | undefined {
  const address = pod.status?.podIP;
  if (!address || isFinished(pod)) return undefined;
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const ready = spec?.publishNotReadyAddresses === true || (serving && !terminating);
  return { pod, address, ready, serving, terminating };
}

function portsIn({ spec }: Service, pod: Pod): readonly EndpointPort[] {
  return (spec?.ports ?? []).flatMap(
    ({ name = '', port, targetPort = port, protocol = 'TCP', appProtocol }) => {
      const number = typeof targetPort === 'number' ? targetPort : named(pod, targetPort, protocol);
      if (number === undefined) return [];
      return [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
    },
  );
}

function named({ spec }: Pod, name: string, protocol: string): number | undefined {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(spec?.containers ?? []), ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}

function byAddress(a: Member, b: Member): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
