import type { V1Probe } from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { ContainerObserved, ProbeObserved, ReadinessProbe } from '../session/observed.ts';
import type { RawContainer } from './observe-container.ts';

type Probe = Wire<V1Probe>;
type NamedPorts = Readonly<Record<string, number>>;

/** What rockpool can ask as the kubelet does; while a startup probe runs, readiness is not asked for at all. Pure. */
export function readinessProbe(
  container: RawContainer,
  named: NamedPorts,
  started: boolean | undefined,
): { probe?: ReadinessProbe } {
  const { readinessProbe, startupProbe } = container;
  const asked = readinessProbe?.httpGet ?? readinessProbe?.tcpSocket;
  if (!asked || asked.host || (startupProbe && !started)) return {};
  const port = Number(named[String(asked.port)] ?? asked.port);
  if (!Number.isInteger(port)) return {};
  const http = readinessProbe?.httpGet;
  if (!http) return { probe: { kind: 'tcp', port } };
  const headers = Object.fromEntries((http.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return {
    probe: { kind: http.scheme === 'HTTPS' ? 'https' : 'http', port, path: http.path ?? '/', headers },
  };
}

/** The probes of a container in words, where it has any. Pure. */
export function observeProbes(
  { readinessProbe, livenessProbe, startupProbe }: RawContainer,
  named: NamedPorts,
): Pick<ContainerObserved, 'probes'> {
  const of = (kind: string, probe: Probe | undefined) => (probe ? { [kind]: wordsOf(probe, named) } : {});
  const probes = {
    ...of('readiness', readinessProbe),
    ...of('liveness', livenessProbe),
    ...of('startup', startupProbe),
  };
  return Object.keys(probes).length > 0 ? { probes } : {};
}

/** Kubernetes' own default. */
const THRESHOLD = 3;
/** Of an exec probe's command, this much is told. */
const COMMAND = 80;

function wordsOf(probe: Probe, named: NamedPorts): ProbeObserved {
  return { asks: asksOf(probe, named), threshold: probe.failureThreshold ?? THRESHOLD };
}

function asksOf({ httpGet, tcpSocket, grpc, exec }: Probe, named: NamedPorts): string {
  const at = (port: unknown, host = '') => `${host}:${named[String(port)] ?? port}`;
  if (httpGet) {
    const scheme = httpGet.scheme === 'HTTPS' ? 'https ' : '';
    return `GET ${scheme}${at(httpGet.port, httpGet.host)}${httpGet.path ?? '/'}`;
  }
  if (tcpSocket) return `TCP ${at(tcpSocket.port, tcpSocket.host)}`;
  if (grpc) return `gRPC ${at(grpc.port)}${grpc.service ? ` ${grpc.service}` : ''}`;
  const command = (exec?.command ?? []).join(' ');
  return `exec: ${command.length > COMMAND ? `${command.slice(0, COMMAND)}…` : command}`;
}
