import type { ForwardConfig } from './config.ts';

export interface ForwardInput {
  readonly to: string;
  readonly port?: number | string | undefined;
  readonly local?: number | 'auto' | undefined;
  readonly namespace?: string | undefined;
}

/** What is wrong with a forward, and in which key. */
export interface ForwardProblem {
  readonly key: 'to' | 'port';
  readonly message: string;
  readonly hint?: string;
}

/** Kinds that a forward may go to, by every name that kubectl takes for them. */
const kinds: Readonly<Record<string, ForwardConfig['kind']>> = {
  service: 'service',
  services: 'service',
  svc: 'service',
  deployment: 'deployment',
  deployments: 'deployment',
  deploy: 'deployment',
  statefulset: 'statefulset',
  statefulsets: 'statefulset',
  sts: 'statefulset',
  daemonset: 'daemonset',
  daemonsets: 'daemonset',
  ds: 'daemonset',
  pod: 'pod',
  pods: 'pod',
  po: 'pod',
};

/** Ports below this need rights on the local machine. */
const FIRST_FREE_PORT = 1024;

/** A forward as the session keeps it, or what is wrong with it. Pure. */
export function parseForward(input: ForwardInput): ForwardConfig | ForwardProblem {
  const match = /^([a-z]+)\/([^/:]+)(?::([^/:]+))?$/i.exec(input.to);
  const kind = kinds[match?.[1]?.toLowerCase() ?? ''];
  const name = match?.[2];
  if (!kind || name === undefined) {
    return {
      key: 'to',
      message: `expected kind/name, got ${JSON.stringify(input.to)}`,
      hint: 'as service/web, deployment/web, statefulset/db, daemonset/x or pod/x',
    };
  }
  const inline = match?.[3];
  if (inline !== undefined && input.port !== undefined && String(input.port) !== inline) {
    return { key: 'port', message: `is ${input.port} here and ${inline} in "to"`, hint: 'name it once' };
  }
  const port = input.port ?? (inline === undefined ? undefined : portOf(inline));
  if (port === undefined) {
    return { key: 'port', message: 'is missing', hint: `as port: 80, or to: ${input.to}:80` };
  }
  if (typeof port === 'number' && !(port >= 1 && port <= 65_535)) {
    return { key: 'to', message: `${port} is not a port`, hint: 'ports are 1 to 65535' };
  }
  const target = `${kind}/${name}:${port}`;
  const { namespace } = input;
  return {
    id: namespace === undefined ? target : `${namespace}/${target}`,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    port,
    local: input.local ?? localPort(port),
  };
}

/** The local port of a forward that names none: 80 is 8080, 443 is 8443, 5432 stays. A named port takes a free one. */
export function localPort(port: number | string): number | 'auto' {
  if (typeof port === 'string') return 'auto';
  return port < FIRST_FREE_PORT ? 8000 + port : port;
}

const portOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);
