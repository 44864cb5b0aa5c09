import type { ForwardSpec } from '../session/events.ts';
import type { Failure } from '../session/failure.ts';
import { didYouMean } from '../session/nearest-names.ts';
import type { SessionState } from '../session/state.ts';
import { isSettled } from './service-failures.ts';

/**
 * Forwards to what is not in the cluster and that no manifest makes, or to a port that their Service does not have: every
 * connection would wait in vain. Told when all that was applied is there. Pure.
 */
export function forwardFailures(state: SessionState): readonly Failure[] {
  if (!isSettled(state)) return [];
  return Object.values(state.forwards).flatMap(({ spec }) => {
    const message = spec.kind === 'service' ? whyNoService(state, spec) : whyNoWorkload(state, spec);
    if (message === undefined) return [];
    return [
      {
        code: 'FORWARD_NO_TARGET',
        subject: `forward/${spec.id}`,
        message: `The forward ${spec.id} leads nowhere: ${message}`,
        hint: 'Correct `to` or `port` of the forward in rockpool.yaml, or add the manifest.',
      },
    ];
  });
}

const kinds = {
  service: 'Service',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  pod: 'Pod',
} as const;

function whyNoService(state: SessionState, spec: ForwardSpec): string | undefined {
  const service = state.services[`${spec.namespace}/${spec.name}`];
  if (!service) return whyAbsent(state, spec, Object.values(state.services));
  if (service.ports.some(({ name, port }) => port === spec.port || name === spec.port)) return undefined;
  const ports = service.ports.map(({ name, port }) => (name === undefined ? `${port}` : `${port} (${name})`));
  return `Service ${spec.name} has no port ${spec.port}; ${ports.length === 0 ? 'it has none' : `it has ${ports.join(', ')}`}.`;
}

function whyNoWorkload(state: SessionState, spec: ForwardSpec): string | undefined {
  const kind = kinds[spec.kind];
  const known = kind === 'Pod' ? Object.values(state.pods) : workloadsOf(state, kind);
  const isThere = known.some(({ namespace, name }) => namespace === spec.namespace && name === spec.name);
  return isThere ? undefined : whyAbsent(state, spec, known);
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function workloadsOf({ workloads }: SessionState, kind: string): Named[] {
  return Object.keys(workloads).flatMap((key) => {
    const [of, namespace = '', name = ''] = key.split('/');
    return of === kind ? [{ namespace, name }] : [];
  });
}

/** What a manifest makes is about to come. */
function whyAbsent(
  { resources }: SessionState,
  { kind, name, namespace }: ForwardSpec,
  known: readonly Named[],
): string | undefined {
  if (`${kinds[kind]}/${namespace}/${name}` in resources) return undefined;
  const near = didYouMean(
    name,
    known.filter((other) => other.namespace === namespace).map((other) => other.name),
  );
  return `there is no ${kinds[kind]} ${name} in namespace ${namespace}.${near === undefined ? '' : ` D${near.slice(1)}`}`;
}
